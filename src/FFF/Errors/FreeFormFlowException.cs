namespace FFF.Errors;

/// <summary>
/// What both libraries throw when something cannot be done: the message says what was wrong, where, and what to do. Beside it there
/// are <see cref="ArgumentException"/> for a fault of the calling code, and <see cref="OperationCanceledException"/> for work that
/// was asked to stop.
/// </summary>
/// <param name="message">What was wrong, where, and what to do.</param>
/// <param name="inner">What it was noticed by, if anything.</param>
public abstract class FreeFormFlowException(string message, Exception? inner = null) : Exception(message, inner);
