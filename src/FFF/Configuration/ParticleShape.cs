namespace FFF.Configuration;

/// <summary>How a flat row of D = N·d numbers is a system of particles: particle after particle.</summary>
/// <param name="Particles">N.</param>
/// <param name="Dimensions">d, of space.</param>
public sealed record ParticleShape(int Particles, int Dimensions)
{
    /// <summary>(N − 1)·d, the dimensions of the positions without their mean.</summary>
    public int MeanFreeDimension => (Particles - 1) * Dimensions;

    /// <summary>What the row tells of each particle: its position.</summary>
    public NodeLayout Nodes => new(Dimensions, 0);
}
