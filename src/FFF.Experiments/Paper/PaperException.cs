using FFF.Errors;

namespace FFF.Paper;

/// <summary>A part of the paper could not be done, since a training or an evaluation that it needs failed.</summary>
internal sealed class PaperException(string message) : FreeFormFlowException(message);
