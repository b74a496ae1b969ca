using static TorchSharp.torch;

namespace FFF.Spaces;

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
    public Samples Select(Tensor index) =>
        this with { Data = Data.index_select(0, index), Condition = Condition?.index_select(0, index), Group = Group?.index_select(0, index) };

    /// <summary>Moves the samples' tensors to the dispose scope around the present one.</summary>
    internal Samples MoveToOuterDisposeScope()
    {
        Data.MoveToOuterDisposeScope();
        Condition?.MoveToOuterDisposeScope();
        Group?.MoveToOuterDisposeScope();
        return this;
    }

    /// <summary>The same samples elsewhere; groups stay on the CPU, where batches are made of them.</summary>
    public Samples To(Device device) => this with { Data = Data.to(device), Condition = Condition?.to(device) };
}
