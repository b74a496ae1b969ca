using FFF.Numerics;
using static TorchSharp.torch;

namespace FFF.Transforms;

/// <summary>
/// How scaled conditions of the training lie together, so that one which combines its numbers as none of them does is noticed: by the Mahalanobis distance
/// d(y) = √((y − μ)ᵀ Σ⁻¹ (y − μ)). Mean μ and covariance Σ are those of one half of the rows, and what counts as far is what no row of the other half
/// reaches: of n such rows and one more of their kind, that one is the farthest by chance once in n + 1 times, whatever their density is.
/// </summary>
/// <param name="Mean">μ, [C], float64.</param>
/// <param name="Covariance">Σ, [C, C], float64, its variances larger by a share of <see cref="Ridge"/>.</param>
/// <param name="Largest">The largest distance of the other half.</param>
/// <param name="Rows">n, the rows of the other half.</param>
internal sealed record ConditionSpread(Tensor Mean, Tensor Covariance, double Largest, long Rows)
{
    /// <summary>More conditions have no covariance that so many rows could tell.</summary>
    private const int MaxColumns = 200;

    /// <summary>Rows for each column and half, of which fewer tell no covariance.</summary>
    private const int RowsForColumn = 10;

    private const int FewestRows = 50;

    /// <summary>Of each variance: columns that follow from each other have a distance nevertheless.</summary>
    private const double Ridge = 1e-6;

    /// <summary>A column of no variance in one half of the rows has this one.</summary>
    private const double SmallestVariance = 1e-12;

    /// <summary>Of a false alarm; that of one row is never larger, with as many rows as are needed.</summary>
    private const double MostChance = 0.02;

    /// <summary>So many times as far as the farthest counts whatever the number of rows.</summary>
    private const double MuchFarther = 3;

    /// <summary>That of training rows; null where they are too few to tell. Its tensors are the caller's.</summary>
    /// <param name="scaled">[N, C].</param>
    public static ConditionSpread? Of(Tensor scaled)
    {
        var (rows, columns) = (scaled.shape[0], (int)scaled.shape[1]);
        if (columns is < 2 or > MaxColumns || rows < 2 * Math.Max(FewestRows, RowsForColumn * columns))
        {
            return null;
        }

        using var scope = NewDisposeScope();
        var numbers = scaled.to(float64);
        var half = arange(0, rows - 1, 2);
        var (seen, other) = (numbers.index_select(0, half), numbers.index_select(0, half + 1));
        var (mean, covariance) = Mahalanobis.Moments(seen);
        var spread = new ConditionSpread(mean, covariance + (Ridge * covariance.diagonal().clamp_min(SmallestVariance)).diag(), 0, other.shape[0]);
        var largest = spread.Distances(other).max().item<double>();
        if (!double.IsFinite(largest))
        {
            return null;
        }

        spread.Mean.MoveToOuterDisposeScope();
        spread.Covariance.MoveToOuterDisposeScope();
        return spread with { Largest = largest };
    }

    /// <summary>d of each row, [N], float64; the caller's.</summary>
    /// <param name="scaled">[N, C].</param>
    public Tensor Distances(Tensor scaled)
    {
        using var scope = NewDisposeScope();
        return Mahalanobis.Distances(scaled.to(float64), Mean, Covariance).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// What of rows lies farther out than any of the other half, where that is no chance: of N rows of the training's kind, k or more are farther than all n
    /// of the other half with the probability Π (N − i) / (N + n − i), i &lt; k.
    /// </summary>
    /// <param name="scaled">[N, C].</param>
    public UnlikeConditions? Unlike(Tensor scaled)
    {
        using var scope = NewDisposeScope();
        var distances = Distances(scaled);
        var (given, far) = (scaled.shape[0], distances.gt(Largest).sum().item<long>());
        var chance = 1.0;
        for (var i = 0; i < far && chance > MostChance; i++)
        {
            chance *= (double)(given - i) / (given + Rows - i);
        }

        var distance = distances.max().item<double>();
        return far > 0 && (chance <= MostChance || distance > MuchFarther * Largest)
            ? new((int)distances.argmax().item<long>(), distance, far, Largest, Rows)
            : null;
    }

    /// <summary>Its tensors under the names by which they are saved.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> NamedTensors(string prefix) =>
        [($"{prefix}.mean", Mean), ($"{prefix}.covariance", Covariance), ($"{prefix}.largest", tensor([Largest, Rows]))];

    /// <summary>What <see cref="NamedTensors"/> gave, in tensors of its own; null where it was not saved.</summary>
    /// <exception cref="ArgumentException">It is damaged.</exception>
    public static ConditionSpread? From(IReadOnlyDictionary<string, Tensor> tensors, string prefix, int columns)
    {
        if (!tensors.TryGetValue($"{prefix}.mean", out var mean))
        {
            return null;
        }

        using var scope = NewDisposeScope();
        return tensors.TryGetValue($"{prefix}.covariance", out var covariance) && tensors.TryGetValue($"{prefix}.largest", out var largest)
            && mean.shape.SequenceEqual([columns]) && covariance.shape.SequenceEqual([columns, columns]) && largest.shape.SequenceEqual([2])
            && new[] { mean, covariance, largest }.All(part => part.dtype == ScalarType.Float64 && part.isfinite().all().item<bool>())
            ? new(mean.clone().MoveToOuterDisposeScope(), covariance.clone().MoveToOuterDisposeScope(), largest[0].item<double>(),
                (long)largest[1].item<double>())
            : throw new ArgumentException($"The checkpoint is damaged: '{prefix}.mean', '{prefix}.covariance' and '{prefix}.largest' do not tell how "
                + "conditions lie together.", nameof(tensors));
    }
}

/// <summary>Conditions that combine their numbers as those of the training do not.</summary>
/// <param name="Row">The number of the farthest, from 0.</param>
/// <param name="Distance">Its Mahalanobis distance from the training's mean.</param>
/// <param name="Count">How many are farther than <paramref name="Largest"/>.</param>
/// <param name="Largest">The largest distance of conditions of the training.</param>
/// <param name="Rows">Of how many of them.</param>
internal sealed record UnlikeConditions(int Row, double Distance, long Count, double Largest, long Rows);
