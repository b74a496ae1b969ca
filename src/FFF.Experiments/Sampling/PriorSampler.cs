using FFF.Datasets;
using FFF.Datasets.Table;
using FFF.Options;
using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Sampling;

/// <summary>Draws parameters from their priors, which are independent of each other.</summary>
internal sealed class PriorSampler : ISampler
{
    private const string Key = "prior";

    private readonly IReadOnlyList<ColumnPrior> _priors;

    private PriorSampler(IReadOnlyList<ColumnPrior> priors) => _priors = priors;

    /// <summary>That of the named parameters.</summary>
    /// <param name="priors">Their priors, by names or patterns.</param>
    /// <param name="names">The D parameters.</param>
    /// <param name="label">What the data are called.</param>
    /// <exception cref="DatasetException">One has no prior, or only bounds, from which nothing can be drawn.</exception>
    public static PriorSampler Of(IReadOnlyList<Keyed<ColumnPrior>> priors, IReadOnlyList<string> names, string label)
    {
        var each = new ColumnPrior?[names.Count];
        foreach (var (column, prior) in ColumnPattern.Each(priors, new(label, names, AreNamed: true), Key))
        {
            each[column] = prior;
        }

        return Array.FindIndex(each, prior => prior is null || !prior.IsDensity) is var missing and >= 0
            ? throw new DatasetException($"{label}: to draw parameters, the prior of '{names[missing]}' is needed: give data.prior.{names[missing]} as "
                + $"uniform, log-uniform or normal{(each[missing] is null ? "" : "; bounds alone are no density")}.")
            {
                Key = Key,
            }
            : new(each!);
    }

    /// <summary>θ, [N, D], float64.</summary>
    /// <inheritdoc/>
    public DrawnSamples Draw(SampleRequest request)
    {
        using var scope = NewDisposeScope();
        using var random = NamedSeed.Stream(request.Seed, "simulate/prior");
        return new(stack([.. _priors.Select(prior => prior.Draw(request.Count, random))], 1).MoveToOuterDisposeScope());
    }
}
