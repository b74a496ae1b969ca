using System.ComponentModel.DataAnnotations;
using FFF.Latents;
using FFF.Options;
using FFF.Spaces;

[assembly: Kind<LatentConfig, StudentTLatent>("student-t", Order = 2)]

namespace FFF.Latents;

/// <summary>Student-t components, for data with heavy tails.</summary>
public sealed record StudentTLatent : LatentConfig
{
    /// <summary>The degrees of freedom ν.</summary>
    [Range(1e-3, 1e6)]
    public double DegreesOfFreedom { get; init; } = 5;

    /// <summary>Whether the components are far out each for itself, or together.</summary>
    public StudentTComponents Components { get; init; } = StudentTComponents.Independent;

    /// <inheritdoc/>
    public override ILatent Build(NodeLayout? nodes) =>
        Components == StudentTComponents.Joint ? new MultivariateStudentT(DegreesOfFreedom) : new StudentT(DegreesOfFreedom);
}

/// <summary>How the components of a Student-t density depend on each other.</summary>
public enum StudentTComponents
{
    /// <summary>Not at all: a product of one-dimensional densities, whose tails lie along the axes.</summary>
    Independent,

    /// <summary>By one χ² for each vector, as published: the multivariate density, which is round.</summary>
    Joint,
}
