using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Datasets;

/// <summary>Where rows that were held out stood before the split: the order in time of what follows each other in time.</summary>
/// <param name="Validation">Of the rows for validation, [n], int64.</param>
/// <param name="Test">Of those for the test.</param>
internal sealed record SplitPlaces(Tensor Validation, Tensor Test)
{
    /// <summary>Those of a split in an order.</summary>
    public static SplitPlaces Of(Split split, RowOrder order) =>
        new(order.Part(split.Train, split.Validation).clone(), order.Part(split.Train + split.Validation, split.Test).clone());

    /// <summary>Moves the tensors to the dispose scope around the present one.</summary>
    public SplitPlaces Kept()
    {
        Validation.MoveToOuterDisposeScope();
        Test.MoveToOuterDisposeScope();
        return this;
    }
}
