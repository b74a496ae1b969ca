using MathNet.Numerics.Distributions;

namespace FFF.Paper;

/// <summary>
/// Encoders of a one-dimensional mixture that use each latent code once per group of modes: on a group with mass w_G the encoder is
/// f(x) = ±Φ⁻¹(F_G(x)), F_G the distribution function of the data within the group. Its loss is L = NLL + β·R with
/// NLL = H(X) − H(w), lower than that of an invertible encoder by the entropy of the masses, and R = E‖x − g(f(x))‖² for the best decoder
/// g(z) = Σ_G w_G F_G⁻¹(Φ(±z)), the mean of what the groups have at a code.
/// </summary>
/// <remarks>After the free-form flows paper, Figure 5 and the theorem on partitions in its appendix.</remarks>
internal sealed class Partition
{
    private const double Farthest = 8;
    private const int Nodes = 2001;

    private readonly ModesOnLine _modes;
    private readonly double[] _masses;
    private readonly bool[] _reversed;

    /// <summary>Groups, with the signs that reconstruct best.</summary>
    /// <param name="modes">The data.</param>
    /// <param name="groups">The modes of each group, in ascending order; each mode in one of them.</param>
    public Partition(ModesOnLine modes, IReadOnlyList<IReadOnlyList<int>> groups)
    {
        (_modes, Groups) = (modes, groups);
        _masses = [.. groups.Select(group => group.Sum(mode => modes.Mass(mode)))];
        NegativeLogLikelihood = modes.Entropy + _masses.Sum(mass => mass * Math.Log(mass));
        var inverses = Groups.Index().Select(group => Enumerable.Range(0, Nodes).Select(i => Inverse(group.Index, false, Node(i))).ToArray()).ToArray();
        var signs = Enumerable.Range(0, 1 << (groups.Count - 1)).Select(bits => groups.Select((_, k) => k > 0 && ((bits >> (k - 1)) & 1) == 1).ToArray());
        (_reversed, Reconstruction) = signs.Select(reversed => (reversed, Error(inverses, reversed))).MinBy(one => one.Item2);
    }

    /// <summary>The modes of each group.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Groups { get; }

    /// <summary>As "{1, 2} {3}".</summary>
    public string Name => string.Join(' ', Groups.Select(group => $"{{{string.Join(", ", group.Select(mode => mode + 1))}}}"));

    /// <summary>E[−log p(f(x)) − log|f′(x)|], nats.</summary>
    public double NegativeLogLikelihood { get; }

    /// <summary>E‖x − g(f(x))‖² with the best decoder.</summary>
    public double Reconstruction { get; }

    /// <summary>Whether the encoder is invertible.</summary>
    public bool IsInvertible => Groups.Count == 1;

    /// <summary>All ways to group the modes.</summary>
    public static IReadOnlyList<Partition> All(ModesOnLine modes) => [.. Ways(modes.Count).Select(groups => new Partition(modes, groups))];

    /// <summary>L at this β.</summary>
    public double LossAt(double beta) => NegativeLogLikelihood + (beta * Reconstruction);

    /// <summary>f(x), with the group that a place belongs to.</summary>
    public double[] Encode(double[] x)
    {
        var z = new double[x.Length];
        foreach (var (k, group) in Groups.Index())
        {
            var inside = x.Index().Where(one => group.Contains(_modes.Nearest(one.Item))).ToList();
            foreach (var (i, at) in inside)
            {
                var code = Normal.InvCDF(0, 1, _modes.Cumulative(group, at) / _masses[k]);
                z[i] = _reversed[k] ? -code : code;
            }
        }

        return z;
    }

    /// <summary>g(z), the mean of what the groups have at these codes.</summary>
    public double[] Decode(double[] z) =>
        [.. z.Select(code => Groups.Index().Sum(group => _masses[group.Index] * Inverse(group.Index, _reversed[group.Index], code)))];

    private static IEnumerable<IReadOnlyList<IReadOnlyList<int>>> Ways(int count)
    {
        if (count == 0)
        {
            return [[]];
        }

        var last = count - 1;
        return Ways(last).SelectMany(groups => (IEnumerable<IReadOnlyList<IReadOnlyList<int>>>)
        [
            .. groups.Select((_, k) => (IReadOnlyList<IReadOnlyList<int>>)[.. groups.Select((group, i) => i == k ? [.. group, last] : group)]),
            [.. groups, [last]],
        ]);
    }

    /// <summary>∫ φ(z) Σ_G w_G (F_G⁻¹(Φ(±z)) − g(z))² dz, by the trapezoidal rule, whose error falls faster than any power for what dies away so.</summary>
    private double Error(double[][] inverses, bool[] reversed)
    {
        var sum = 0.0;
        for (var i = 0; i < Nodes; i++)
        {
            var (mean, square) = (0.0, 0.0);
            for (var k = 0; k < Groups.Count; k++)
            {
                var x = inverses[k][reversed[k] ? Nodes - 1 - i : i];
                (mean, square) = (mean + (_masses[k] * x), square + (_masses[k] * x * x));
            }

            sum += Normal.PDF(0, 1, Node(i)) * Math.Max(0, square - (mean * mean));
        }

        return sum * 2 * Farthest / (Nodes - 1);
    }

    private static double Node(int i) => Farthest * ((2.0 * i / (Nodes - 1)) - 1);

    private double Inverse(int group, bool reversed, double z) =>
        _modes.Quantile(Groups[group], _masses[group] * Normal.CDF(0, 1, reversed ? -z : z));
}
