namespace FFF.Errors;

/// <summary>What was given cannot be used: a file, a configuration, data, options. Nothing but other input helps.</summary>
/// <param name="message">What was wrong, where, and what to do.</param>
/// <param name="inner">What it was noticed by, if anything.</param>
public abstract class InputException(string message, Exception? inner = null) : FreeFormFlowException(message, inner);
