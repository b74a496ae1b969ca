using FFF.Errors;

namespace FFF.Evaluation.Calibration;

/// <summary>A run's calibration cannot be evaluated; the message says why and what to do.</summary>
public sealed class CalibrationException(string message, Exception? inner = null) : InputException(message, inner);
