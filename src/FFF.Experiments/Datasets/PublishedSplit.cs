using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Datasets;

/// <summary>A split that others published, so that results can be compared with theirs. Rows that are missing here leave the part of no other row.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Places">The place of each row in the published random order, [N], int64, from 0.</param>
/// <param name="Whole">How many places each part has: training first, then validation, then the test.</param>
internal sealed record PublishedSplit(string Name, Tensor Places, Split Whole)
{
    // One row has no standard deviation.
    private const long MinTrainingRows = 2;

    /// <summary>How many of the first rows are in each part, and these rows in the published order.</summary>
    /// <param name="rows">So many rows are split.</param>
    /// <param name="name">What the data are called in the error.</param>
    /// <exception cref="DatasetException">Hardly any row is one to train on.</exception>
    public (Split Split, RowOrder Order) Of(long rows, string name)
    {
        var places = Places.narrow(0, 0, rows);
        long Below(long place) => places.lt(place).sum().item<long>();
        var (train, both) = (Below(Whole.Train), Below(Whole.Train + Whole.Validation));
        return train >= MinTrainingRows
            ? (new(train, both - train, rows - both), new TensorOrder(places.argsort()))
            : throw new DatasetException($"{name}: of the {rows} rows that there are, {train} are in the training part of the split of {Name}, "
                + $"but training needs at least {MinTrainingRows}. Give the whole data, or a number of samples, which are split by shares.");
    }
}
