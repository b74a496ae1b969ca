using System.ComponentModel.DataAnnotations;
using FFF.Options;

namespace FFF.Datasets.Particles.Energies;

/// <summary>An energy for each row of a file of positions, known of these rows alone.</summary>
public sealed record FrameEnergies
{
    /// <summary>
    /// A file of one number for each row of the positions, in their order: .npy, .csv or another table, relative to the configuration file that names it. If
    /// left out, energies are in the lines of comment of the frames, as in extended .xyz.
    /// </summary>
    [MinLength(1)]
    [RelativeToFile]
    public string? Path { get; init; }

    /// <summary>
    /// The column, needed where the table has several; or what the number is called in the lines of comment, as in energy=-12.5, where it is energy if left
    /// out.
    /// </summary>
    [MinLength(1)]
    public string? Name { get; init; }

    /// <summary>kT, in the energies' unit, such as 2.494 for kJ/mol at 300 K: the density is exp(−U/kT)/Z.</summary>
    [Range(1e-12, 1e12)]
    public double Temperature { get; init; } = 1;
}
