using FFF.Errors;

namespace FFF.Plots;

/// <summary>A picture could not be drawn or written. Nothing else depends on a picture, so a run goes on without it.</summary>
/// <param name="message">Which pictures, and why.</param>
/// <param name="inner">What went wrong with the first of them.</param>
public sealed class PictureException(string message, Exception inner) : FreeFormFlowException(message, inner);
