using FFF.Datasets;
using FFF.Evaluation.Calibration;
using FFF.Formats;
using FFF.Runs;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Evaluations.Calibration;

/// <summary>
/// Files of pairs that a run shall not have seen. What it was trained on is known by the files' digests, and in files that were written anew by the rows'
/// numbers.
/// </summary>
/// <param name="Parameters">The file of the true parameters.</param>
/// <param name="Observations">That of what was observed for each.</param>
internal sealed record FreshPairs(string Parameters, string Observations)
{
    /// <summary>Of more rows one cannot say that a few came in by mistake.</summary>
    private const double LargestShare = 0.1;

    /// <summary>How many pairs there are, of which at most so many are taken.</summary>
    /// <exception cref="FileReadException">The file cannot be read.</exception>
    public long Count(int most)
    {
        using var scope = NewDisposeScope();
        return Math.Min(most, MatrixFile.Read(Parameters).Values.shape[0]);
    }

    /// <summary>Reads them: θ as data, [N, D], and x as condition, [N, C]; the caller's.</summary>
    /// <param name="columns">The names of the parameters, D of them.</param>
    /// <param name="conditionColumns">The names of the observations, C of them.</param>
    /// <param name="most">At most so many, from the first on.</param>
    /// <param name="needed">What they are for.</param>
    /// <exception cref="CalibrationException">They are too few, or not as many of one as of the other.</exception>
    /// <exception cref="FileReadException">A file cannot be read, or has other columns.</exception>
    public Samples Read(IReadOnlyList<string> columns, IReadOnlyList<string> conditionColumns, int most, PairsNeeded needed)
    {
        using var scope = NewDisposeScope();
        var theta = MatrixFile.Read(Parameters).Rows(columns, "the columns of the run");
        var x = MatrixFile.Read(Observations).Rows(conditionColumns, "the conditions of the run");
        if (theta.shape[0] != x.shape[0] || theta.shape[0] < needed.Least)
        {
            throw new CalibrationException($"{Parameters} has {NumberText.Counted(theta.shape[0], "row")} and {Observations} {NumberText.Count(x.shape[0])}: "
                + $"as many are needed of both, and at least {needed.Least}.");
        }

        var count = Math.Min(most, theta.shape[0]);
        return new(theta.narrow(0, 0, count).clone().MoveToOuterDisposeScope(), x.narrow(0, 0, count).clone().MoveToOuterDisposeScope());
    }

    /// <summary>Why a run on these data must not be judged by them; null where it may.</summary>
    /// <param name="dataset">The data.</param>
    /// <param name="needed">What they are for.</param>
    /// <exception cref="FileReadException">A file cannot be read, or has other columns.</exception>
    public string? Misfit(Dataset dataset, PairsNeeded needed)
    {
        if (dataset.Origin is { } origin && RunData.Seen(origin.Files, [Parameters, Observations]) is { } seen)
        {
            return seen;
        }

        if (dataset.Columns.Count != dataset.Dimension || dataset.ConditionColumns.Count != dataset.ConditionDimension)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        try
        {
            return Problem(RepeatedRows.Among(dataset.Train, Read(dataset.Columns, dataset.ConditionColumns, int.MaxValue, needed)));
        }
        catch (CalibrationException e)
        {
            return e.Message;
        }
    }

    /// <summary>What is said where so many of them were trained on that no result is worth anything; null otherwise.</summary>
    public string? Problem(RepeatedShare seen) => seen.Share > LargestShare
        ? $"{Parameters} and {Observations}: {seen.Words("given")} are what the run is trained on, number for number, where it looks better than it is. "
            + RunData.UnseenAdvice
        : null;

    /// <summary>What is said where some of them were trained on.</summary>
    public IReadOnlyList<string> Doubts(RepeatedShare seen) => seen.Repeated == 0 ? [] :
        [$"{seen.Words("given")} are in the training data, too, number for number: results on them are better than on new data. Leave them out of "
            + $"{Parameters} and {Observations}."];
}
