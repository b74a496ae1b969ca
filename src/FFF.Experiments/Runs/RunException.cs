using FFF.Errors;

namespace FFF.Runs;

/// <summary>A run's name is not allowed, or there is no such run; the message says what to do.</summary>
public sealed class RunException(string message) : InputException(message);
