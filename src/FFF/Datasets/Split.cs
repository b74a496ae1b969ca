using FFF.Randomness;
using FFF.Spaces;

namespace FFF.Datasets;

/// <summary>How many rows of a data set serve for what.</summary>
/// <param name="Train">Rows to fit.</param>
/// <param name="Validation">Rows to choose the best checkpoint by.</param>
/// <param name="Test">Rows for the final report.</param>
public sealed record Split(long Train, long Validation, long Test)
{
    // One row has no standard deviation.
    private const long MinTrainingRows = 2;

    /// <summary>Rounds the fractions to rows: at least one for each fraction above 0, at least two for training.</summary>
    /// <param name="rows">N, how many rows there are.</param>
    /// <param name="validationFraction">The share kept for validation.</param>
    /// <param name="testFraction">The share kept for the test.</param>
    /// <param name="name">What the data set is called in the error.</param>
    /// <exception cref="DatasetException">The fractions leave nothing to train on, or there are too few rows.</exception>
    public static Split Of(long rows, double validationFraction, double testFraction, string name)
    {
        if (validationFraction + testFraction >= 1)
        {
            throw new DatasetException(FormattableString.Invariant(
                $"{name}: the fractions for validation ({validationFraction}) and test ({testFraction}) leave nothing to train on. ")
                + "Make their sum smaller than 1.");
        }

        var (validation, test) = (Share(validationFraction), Share(testFraction));
        var train = rows - validation - test;
        if (train < MinTrainingRows)
        {
            throw new DatasetException($"{name} has {rows} {(rows == 1 ? "row" : "rows")}, of which {validation} would go to validation, "
                + $"{test} to the test and {Math.Max(train, 0)} to training, which needs at least {MinTrainingRows}. Give more data or smaller fractions.");
        }

        return new Split(train, validation, test);

        long Share(double fraction) => fraction == 0 ? 0 : Math.Max(1, (long)Math.Round(fraction * rows, MidpointRounding.AwayFromZero));
    }

    /// <summary>Takes the parts from a random permutation of the rows; they share none.</summary>
    public (Samples Train, Samples Validation, Samples Test) Draw(Samples samples, RandomStream random)
    {
        var (train, validation, test) = Draw((IRows)samples, random);
        return ((Samples)train, (Samples)validation, (Samples)test);
    }

    /// <summary>The same of rows that may be in files.</summary>
    internal (IRows Train, IRows Validation, IRows Test) Draw(IRows rows, RandomStream random) => Take(rows, rows.OrderOfSplit(random));

    /// <summary>Takes the parts from the rows in an order.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="order">Of at least as many rows as the parts have.</param>
    internal (IRows Train, IRows Validation, IRows Test) Take(IRows rows, RowOrder order) =>
        (rows.Subset(order, 0, Train), rows.Subset(order, Train, Validation), rows.Subset(order, Train + Validation, Test));
}
