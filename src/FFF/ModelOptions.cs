using System.ComponentModel.DataAnnotations;
using FFF.Flows;
using FFF.Options;
using FFF.Training;
using FFF.Transforms;

namespace FFF;

/// <summary>How a <see cref="DensityModel"/> is fitted.</summary>
[MovedKey("flow", "method.flow")]
[MovedKey("objective", "method.objective")]
public sealed record ModelOptions
{
    /// <summary>The method that learns the density.</summary>
    public MethodConfig Method { get; init; } = new FreeFormMethod();

    /// <summary>How the objective is minimised.</summary>
    public TrainingConfig Training { get; init; } = new();

    /// <summary>How data and conditions are scaled.</summary>
    public Scaling Standardize { get; init; }

    /// <summary>The share of the rows that chooses the best weights, and is not trained on.</summary>
    [Range(0.0, 0.9)]
    public double ValidationFraction { get; init; } = 0.1;

    /// <summary>The seed of all random numbers.</summary>
    public long Seed { get; init; }
}
