using FFF.Errors;

namespace FFF.Evaluation.Boltzmann;

/// <summary>A run cannot be evaluated as a Boltzmann generator; the message says why and what to do.</summary>
public sealed class BoltzmannException(string message) : InputException(message);
