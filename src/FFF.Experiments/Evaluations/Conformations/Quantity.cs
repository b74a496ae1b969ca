using System.Globalization;
using FFF.Evaluation.Conformations;
using FFF.Plots;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Evaluations.Conformations;

/// <summary>What a system is described by, such as <c>phi: dihedral 4 6 8 14</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">distance, angle, dihedral, gyration or rmsd.</param>
/// <param name="Particles">Its particles, from 0.</param>
internal sealed record Quantity(string Name, string Kind, IReadOnlyList<int> Particles)
{
    /// <summary>The period of dihedrals, in degrees.</summary>
    public const double Turn = 360;

    private const string Dihedral = "dihedral";
    private const string Rmsd = "rmsd";

    private static readonly Dictionary<string, int> ParticlesOf = new()
    {
        ["distance"] = 2,
        ["angle"] = 3,
        [Dihedral] = 4,
        ["gyration"] = 0,
        [Rmsd] = 0,
    };

    /// <summary>Whether values that differ by 360 are the same.</summary>
    public bool IsPeriodic => Kind == Dihedral;

    private string Unit => Kind is Dihedral or "angle" ? "°" : "";

    /// <summary>Its name with its unit, as the axis of a picture has it.</summary>
    public string Title => Unit.Length == 0 ? Name : $"{Name}, {Unit}";

    /// <summary>What a picture shows of it: a whole turn, or nearly all of the first values and what is near them of others.</summary>
    /// <param name="values">Of the data, then of what is compared with them.</param>
    public AxisRange Shown(IReadOnlyList<double[]> values) => IsPeriodic
        ? new(-Turn / 2, Turn / 2)
        : values.Skip(1).Select(other => AxisRange.Of(other, values[0])).Aggregate(AxisRange.Of(values[0], []), (one, other) => one.Joined(other));

    /// <summary>The quantities that a text names, one after the other with semicolons between; a problem in words where it does not.</summary>
    public static (IReadOnlyList<Quantity> Quantities, string? Problem) Parse(string text)
    {
        var quantities = new List<Quantity>();
        foreach (var (name, rest) in NamedParts.Of(text))
        {
            var words = rest.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (name is null || words.Length == 0 || !ParticlesOf.TryGetValue(words[0], out var count))
            {
                return ([], "expected names and quantities such as 'phi: dihedral 4 6 8 14; end: distance 0 21', of the kinds "
                    + $"{string.Join(", ", ParticlesOf.Keys)}, found '{rest}'");
            }

            var particles = words[1..]
                .Select(word => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var particle) ? particle : -1).ToList();
            if (particles.Count != count || particles.Contains(-1) || particles.Distinct().Count() < count)
            {
                return ([], count == 0 ? $"expected no particles after {words[0]}, found '{rest}'"
                    : $"expected {count} different particles, from 0, after {words[0]}, found '{rest}'");
            }

            if (quantities.Any(quantity => quantity.Name == name))
            {
                return ([], $"expected each name once, found '{name}' twice");
            }

            quantities.Add(new(name, words[0], particles));
        }

        return (quantities, null);
    }

    /// <summary>Why it is none of such particles, in words; null if it is one.</summary>
    public string? Misfit(MeanFreePositions shape) => Particles.Count > 0 && Particles.Max() >= shape.Particles
            ? $"{Name} names particle {Particles.Max()}, but there are 0 to {shape.Particles - 1}"
        : Kind is Dihedral or Rmsd && shape.Dimensions != MoleculeSpace.Axes ? $"{Name} is of three dimensions, but the data have {shape.Dimensions}"
        : null;

    /// <summary>Of systems.</summary>
    /// <param name="x">[B, N·d].</param>
    /// <param name="shape">N and d.</param>
    /// <param name="reference">The system that root mean square deviations are from, [N·d].</param>
    public double[] Of(Tensor x, MeanFreePositions shape, Tensor reference)
    {
        using var scope = NewDisposeScope();
        var positions = x.cpu().to(float64).reshape(-1, shape.Particles, shape.Dimensions);
        var values = Kind switch
        {
            "distance" => InternalCoordinates.Distance(positions, Particles[0], Particles[1]),
            "angle" => InternalCoordinates.Angle(positions, Particles[0], Particles[1], Particles[2]),
            Dihedral => InternalCoordinates.Dihedral(positions, Particles[0], Particles[1], Particles[2], Particles[3]),
            "gyration" => InternalCoordinates.GyrationRadius(positions),
            _ => InternalCoordinates.Rmsd(positions, reference.cpu().to(float64).reshape(shape.Particles, shape.Dimensions)),
        };
        return values.contiguous().data<double>().ToArray();
    }

    /// <summary>Whether a value is between two bounds; of a dihedral, whether it is on the way from the first up to the second.</summary>
    public bool IsBetween(double value, double low, double high) => IsPeriodic
        ? (((value - low) % Turn) + Turn) % Turn <= high - low
        : value >= low && value <= high;
}
