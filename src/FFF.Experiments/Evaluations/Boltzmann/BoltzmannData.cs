using FFF.Configuration;
using FFF.Datasets;
using FFF.Datasets.Particles;
using FFF.Evaluation.Boltzmann;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Evaluations.Boltzmann;

/// <summary>The data that a run on particles is evaluated by.</summary>
/// <param name="Name">What they are called in messages and results.</param>
/// <param name="Energy">What they are samples of; null where it is not known.</param>
/// <param name="Shape">N and d.</param>
/// <param name="Split">Where <paramref name="HeldOut"/> are from: test or validation.</param>
/// <param name="HeldOut">Data that were not trained on, [M, N·d].</param>
/// <param name="Training">As many of the training data, or all where there are fewer, [T, N·d].</param>
/// <param name="All">All data: training, validation and test, [A, N·d].</param>
/// <param name="Cached">Whether what takes long to compute is kept in the user's cache folder.</param>
internal sealed record BoltzmannData(string Name, IEnergy? Energy, MeanFreePositions Shape, string Split, Tensor HeldOut, Tensor Training, Tensor All,
    bool Cached) : IDisposable
{
    /// <summary>Of the chains that drew them; null where they are taken as independent.</summary>
    public ChainCorrelation? Correlation { get; init; }

    /// <summary>
    /// Which of the data that were held out comes first in time, which second, and so on; as they are where that is not known. Means over them in this order
    /// tell how alike neighbours are.
    /// </summary>
    public IReadOnlyList<int>? Order { get; init; }

    /// <summary>U of each of them in units of kT, where the data tell it; null where they do not.</summary>
    public double[]? Energies { get; init; }

    /// <summary>What speaks against trusting results on the data that were held out.</summary>
    public IReadOnlyList<string> Doubts { get; init; } = [];

    /// <summary>Fewer tell nothing of a distribution.</summary>
    public const int Fewest = 10;

    /// <summary>The data of a run: the test data, or else the validation data, and what they are compared with.</summary>
    /// <param name="experiment">The run's experiment.</param>
    /// <param name="most">At most so many of the data that were held out, from the first on.</param>
    /// <param name="warn">Is told what does no harm but should be known.</param>
    /// <param name="progress">Is told how far the drawing of data has come, where they are no longer in the cache.</param>
    /// <param name="stop">Asks to stop, with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="BoltzmannException">The data are no particles, or too few were held out.</exception>
    /// <exception cref="DatasetException">The data cannot be read.</exception>
    public static BoltzmannData Of(
        Experiment experiment, int most, Action<string>? warn = null, IProgress<SamplingProgress>? progress = null, CancellationToken stop = default)
    {
        using var scope = NewDisposeScope();
        var data = Of(experiment, DatasetFactory.Create(Require(experiment), experiment.Request(warn, progress, stop)), most);
        data.HeldOut.MoveToOuterDisposeScope();
        data.Training.MoveToOuterDisposeScope();
        data.All.MoveToOuterDisposeScope();
        return data;
    }

    /// <summary>What is said where too few samples were held out; null where there are enough.</summary>
    internal static string? TooFew(Dataset dataset)
    {
        var (split, rows, _) = dataset.HeldOut;
        return rows.Count >= Fewest
            ? null
            : $"{dataset.Name}: {rows.Count} samples were held out for {split}, but at least {Fewest} are needed. "
                + "Set data.test_fraction or data.validation_fraction higher and train again.";
    }

    /// <summary>The configuration of the data.</summary>
    /// <exception cref="BoltzmannException">They are no particles.</exception>
    internal static ParticleData Require(Experiment experiment) => experiment.Data as ParticleData
        ?? throw new BoltzmannException($"the run '{experiment.Name}' was not trained on data of the kind particles, which this evaluation is for. "
            + "eval-nll tells how well a density fits any data.");

    /// <inheritdoc cref="Of(Experiment, int, Action{string}?, IProgress{SamplingProgress}?, CancellationToken)"/>
    /// <param name="experiment">The run's experiment.</param>
    /// <param name="dataset">Its data, which stay their owner's.</param>
    /// <param name="most">At most so many of the data that were held out, from the first on.</param>
    internal static BoltzmannData Of(Experiment experiment, Dataset dataset, int most)
    {
        var config = Require(experiment);
        using var scope = NewDisposeScope();
        var held = dataset.HeldOut;
        var (split, rows, doubts) = held;
        if (TooFew(dataset) is { } problem)
        {
            throw new BoltzmannException(problem);
        }

        var heldOut = First(rows.Data, most);
        var places = held.Places?.narrow(0, 0, heldOut.shape[0]);
        var all = cat([dataset.Train.Data, dataset.Validation.Data, .. dataset.Test is { } tested ? [tested.Data] : Array.Empty<Tensor>()], 0);
        var shape = (MeanFreePositions)rows.Space;
        var energy = ParticleSystems.Of(config, shape);

        // Chains check themselves.
        var virial = energy is IParticleSystem system && config.Path is not null ? PositionsVirial.Of(system, all.cpu()).Doubt(dataset.Name, config) : null;
        return new(
            dataset.Name, energy, shape, split, heldOut.MoveToOuterDisposeScope(),
            First(dataset.Train.Data, heldOut.shape[0]).MoveToOuterDisposeScope(), all.MoveToOuterDisposeScope(), config.Cache)
        {
            Correlation = dataset.Correlation,
            Order = places is null ? null : [.. places.argsort().data<long>().Select(place => (int)place)],
            Energies = places is null || dataset.Energies is null ? null : BoltzmannGenerator.Numbers(dataset.Energies.index_select(0, places)),
            Doubts = virial is null ? doubts : [.. doubts, virial],
        };
    }

    /// <summary>The same energy where chains can draw from it, as it tells its forces; null where it does not.</summary>
    public IParticleSystem? System => Energy as IParticleSystem;

    /// <inheritdoc/>
    public void Dispose()
    {
        HeldOut.Dispose();
        Training.Dispose();
        All.Dispose();
    }

    private static Tensor First(Tensor rows, long most) => rows.narrow(0, 0, Math.Min(most, rows.shape[0])).clone();
}
