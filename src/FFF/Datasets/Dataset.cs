using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets;

/// <summary>Samples and, for conditional densities, what they are conditioned on.</summary>
/// <param name="Data">The samples, [N, D].</param>
/// <param name="Condition">Their conditions, [N, C]; null where there are none.</param>
public sealed record Samples(Tensor Data, Tensor? Condition)
{
    /// <summary>What the rows are points of.</summary>
    public Space Space { get; init; } = new VectorSpace((int)Data.shape[1]);

    /// <summary>The groups that batches shall not mix, [N], int64, on the CPU, such as molecules of a size; null where there are none.</summary>
    public Tensor? Group { get; init; }

    /// <summary>N.</summary>
    public long Count => Data.shape[0];

    /// <summary>The rows at the given indices, [B].</summary>
    public Samples Select(Tensor index) => this with { Data = Data.index_select(0, index), Condition = Condition?.index_select(0, index), Group = Group?.index_select(0, index) };

    /// <summary>The same samples elsewhere; groups stay on the CPU, where batches are made of them.</summary>
    public Samples To(Device device) => this with { Data = Data.to(device), Condition = Condition?.to(device) };
}

/// <summary>A data set, split and ready: a few tensors, from which batches are selected by index.</summary>
/// <param name="Name">What it is called in messages and results.</param>
/// <param name="Train">What is fitted.</param>
/// <param name="Validation">What chooses the best checkpoint; may be empty.</param>
/// <param name="Test">What the final likelihood is reported on; null where validation data serve.</param>
/// <param name="Inference">The benchmark task behind it, if any: support, observations, reference posteriors.</param>
public sealed record Dataset(string Name, Samples Train, Samples Validation, Samples? Test, Sbi.ISbiTask? Inference = null)
{
    /// <summary>The names of the columns of the samples, D of them.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>The names of the columns of the conditions, C of them.</summary>
    public IReadOnlyList<string> ConditionColumns { get; init; } = [];

    /// <summary>D.</summary>
    public int Dimension => (int)Train.Data.shape[1];

    /// <summary>C; 0 where there are no conditions.</summary>
    public int ConditionDimension => Train.Condition is { } c ? (int)c.shape[1] : 0;
}

/// <summary>A data set cannot be read or made; the message names file, line and remedy.</summary>
public class DatasetException(string message, Exception? inner = null) : Exception(message, inner);
