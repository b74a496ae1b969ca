using FFF.Evaluation.Boltzmann;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets;

/// <summary>A data set, split and ready: a few tensors, or rows in files, from which batches are selected by index.</summary>
/// <param name="Name">What it is called in messages and results.</param>
/// <param name="Train">What is fitted.</param>
/// <param name="Validation">What chooses the best checkpoint; may be empty.</param>
/// <param name="Test">What the final likelihood is reported on; null where validation data serve.</param>
/// <param name="Inference">The benchmark task behind it, if any: support, observations, reference posteriors.</param>
public sealed record Dataset(string Name, IRows Train, IRows Validation, IRows? Test, Sbi.ISbiTask? Inference = null)
{
    /// <summary>The names of the columns of the samples, D of them.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>The names of the columns of the conditions, C of them.</summary>
    public IReadOnlyList<string> ConditionColumns { get; init; } = [];

    /// <summary>How alike the samples are, where Markov chains drew them; null where that is not known, and they are taken as independent.</summary>
    public ChainCorrelation? Correlation { get; init; }

    /// <summary>Where the rows for validation and test stood among all; null where rows do not follow each other.</summary>
    internal SplitPlaces? Places { get; init; }

    /// <summary>U of each row in units of kT, in the order before the split, [N], float64; null where the data do not tell it.</summary>
    internal Tensor? Energies { get; init; }

    /// <summary>What was read: files, rows and columns; null where that was not noted.</summary>
    public DataNote? Origin { get; init; }

    /// <summary>How each column is scaled; null where nothing is said of single ones.</summary>
    internal FFF.Transforms.ColumnScalings? Scalings { get; init; }

    /// <summary>The rows that it is evaluated on.</summary>
    internal HeldOut HeldOut => HeldOut.Of(this);

    /// <summary>D.</summary>
    public int Dimension => Train.Dimension;

    /// <summary>C; 0 where there are no conditions.</summary>
    public int ConditionDimension => Train.ConditionDimension;

    /// <summary>What speaks against trusting results on rows that were held out.</summary>
    /// <param name="split">Which rows: test or validation.</param>
    internal IReadOnlyList<string> DoubtsOf(string split) => [.. Origin?.Repeated?.Doubts(split) ?? []];
}
