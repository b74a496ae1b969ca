using FFF.Errors;

namespace FFF.Numerics;

/// <summary>A differential equation could not be solved to the accuracy that was asked for.</summary>
public sealed class IntegrationException(string message) : FreeFormFlowException(message);
