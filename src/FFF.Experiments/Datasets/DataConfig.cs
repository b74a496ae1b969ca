using System.ComponentModel.DataAnnotations;
using FFF.Datasets.Sbi;
using FFF.Flows;
using FFF.Options;
using FFF.Spaces;

namespace FFF.Datasets;

/// <summary>A data set; <c>kind</c> tells which.</summary>
public abstract record DataConfig
{
    /// <summary>The columns of a table or a file that is not read.</summary>
    private protected const int TypicalColumns = 16;

    /// <summary>
    /// How data and conditions are scaled: auto, true (by the training set's mean and standard deviation), false, robust, log or rank, or for single
    /// columns <c>{columns: {y3: log}}</c>; particles and molecules never are.
    /// </summary>
    public Standardization Standardize { get; init; } = new();

    /// <summary>The share of the samples that is kept for validation.</summary>
    [Range(0.0, 0.9)]
    public double ValidationFraction { get; init; } = 0.1;

    /// <summary>Whether the data have conditions.</summary>
    public virtual bool HasConditions => false;

    /// <summary>The task of inference behind the data, with prior, simulator and support; null where there is none.</summary>
    /// <exception cref="DatasetException">The task that is named is unknown.</exception>
    public virtual ISbiTask? Inference => null;

    /// <summary>The task of the benchmark that the data are simulations of, with observations and reference posteriors; null where they are of none.</summary>
    public virtual BenchmarkTask? Benchmark => null;

    /// <summary>The names of the conditions, as far as the configuration has them.</summary>
    public virtual IReadOnlyList<string> ConditionNames => [];

    /// <summary>What the data are about, as far as the configuration alone tells: their space, and the number C of conditions.</summary>
    public virtual (Space Space, int Conditions) Outline => (new VectorSpace(TypicalColumns), 0);

    /// <summary>The files that the data are read from, whose content a run notes so that it knows its data again; none where they are drawn.</summary>
    public virtual IReadOnlyList<string> Files => [];

    /// <summary>The key of the data that names one of the <see cref="Files"/>.</summary>
    internal virtual string KeyOfFile(string path) => "path";

    /// <summary>What the data are called in reports on a run.</summary>
    public virtual string Label => Kinds.NameOf(this);

    /// <summary>The entropy of the data in nats, in their own units, the limit of negative log-likelihoods; null where it is not known.</summary>
    internal virtual double? Entropy => null;

    /// <summary>What a flow cannot learn well of such rows, though nothing forbids it, a sentence each.</summary>
    /// <param name="train">The training rows.</param>
    /// <param name="source">All rows, with the names of their columns.</param>
    internal virtual IEnumerable<string> Doubts(IRows train, DataSource source) => [];

    /// <summary>The same data, with the columns that are learnt taken by these names in this order, where columns have names of their own.</summary>
    internal virtual DataConfig WithColumns(IReadOnlyList<string> names) => this;

    /// <summary>Throws where the data are not there, or are too few to be split, as far as that is known without drawing any.</summary>
    /// <exception cref="DatasetException">The data cannot be used.</exception>
    public virtual void Check()
    {
    }

    /// <summary>Reads or draws the data: float32 on the CPU, in their own units.</summary>
    /// <exception cref="DatasetException">They cannot be read.</exception>
    public abstract DataSource Open(DataRequest request);

    /// <summary>Why a method cannot learn these data, in words that begin with "expected"; null if it can.</summary>
    /// <param name="method">The method, all of whose keys have values.</param>
    public virtual string? Misfit(MethodConfig method) => null;

    private protected static string? RequireMeanFree(MethodConfig method) =>
        method.IsMeanFree
            ? null
            : "expected the method fff with the latent density mean-free-normal for data of the kinds particles and molecules, whose mean position is zero";
}

/// <summary>A task of the benchmark.</summary>
/// <param name="Name">Its name, such as two_moons.</param>
/// <param name="Simulations">How many simulations are learnt from.</param>
public sealed record BenchmarkTask(string Name, int Simulations);
