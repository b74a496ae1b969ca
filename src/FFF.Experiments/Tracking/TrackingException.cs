using FFF.Errors;

namespace FFF.Tracking;

/// <summary>A place where runs are tracked cannot be reached, or does not take what it is sent. The run itself is not affected.</summary>
internal sealed class TrackingException(string message, Exception? inner = null) : FreeFormFlowException(message, inner);
