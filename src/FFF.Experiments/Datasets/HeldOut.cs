using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets;

/// <summary>The rows that a run is evaluated on.</summary>
/// <param name="Split">Which they are: test, or validation where there is no test.</param>
/// <param name="Rows">The rows, which may be none.</param>
/// <param name="Doubts">What speaks against trusting results on them.</param>
internal sealed record HeldOut(string Split, IRows Rows, IReadOnlyList<string> Doubts)
{
    /// <summary>Rows for the test.</summary>
    public const string OfTest = "test";

    /// <summary>Rows for validation.</summary>
    public const string OfValidation = "validation";

    /// <summary>Where each of them stood before the split, [n], int64; null where rows do not follow each other.</summary>
    public Tensor? Places { get; init; }

    /// <summary>Those of a data set.</summary>
    public static HeldOut Of(Dataset dataset)
    {
        var (split, rows) = dataset.Test is { } test ? (OfTest, test) : (OfValidation, dataset.Validation);
        return new(split, rows, dataset.DoubtsOf(split)) { Places = split == OfTest ? dataset.Places?.Test : dataset.Places?.Validation };
    }
}
