using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using FFF.Formats;
using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Datasets;

/// <summary>
/// How many of the rows that were held out are in the training data, too, number for number: what is learnt by heart looks good on them.
/// Rows are compared by 64 bits of hash, so that a pass over the data is all that it takes.
/// </summary>
/// <param name="Validation">Of those for validation; null where none is repeated.</param>
/// <param name="Test">Of those for the test; null where none is repeated.</param>
public sealed record RepeatedRows(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] RepeatedShare? Validation,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] RepeatedShare? Test)
{
    private const int NumbersAtOnce = 1 << 18;

    /// <summary>A share from which on results on these rows are doubted.</summary>
    private const double LargestShare = 0.01;

    /// <summary>So many held-out rows of each part are looked for, from the first on: they show what there is to see, and their hashes fit anywhere.</summary>
    private const long MostLookedFor = 1L << 22;

    /// <summary>Counts them; null where there are none.</summary>
    /// <param name="train">The training rows, on the CPU as they were read.</param>
    /// <param name="validation">The validation rows.</param>
    /// <param name="test">The test rows.</param>
    internal static RepeatedRows? Of(IRows train, IRows validation, IRows test)
    {
        var (ofValidation, ofTest) = (First(validation), First(test));
        var heldOut = ofValidation.Concat(ofTest).ToHashSet();
        if (heldOut.Count == 0)
        {
            return null;
        }

        var repeated = new HashSet<ulong>();
        train.Visit(part => repeated.UnionWith(Hashes(part, float64).Where(heldOut.Contains)));
        return repeated.Count == 0 ? null : new(Share(ofValidation), Share(ofTest));

        RepeatedShare? Share(List<ulong> rows) => rows.Count(repeated.Contains) is > 0 and var count ? new(count, rows.Count) : null;
    }

    /// <summary>
    /// How many rows are training rows. Numbers are compared in single precision: files of other formats hold the same ones, but not to the last digit.
    /// </summary>
    /// <param name="train">The training rows.</param>
    /// <param name="rows">N ≥ 1 rows in the same units, with their conditions.</param>
    internal static RepeatedShare Among(IRows train, Samples rows)
    {
        var own = Hashes(rows, float32);
        var (sought, repeated) = (own.ToHashSet(), new HashSet<ulong>());
        train.Visit(part => repeated.UnionWith(Hashes(part, float32).Where(sought.Contains)));
        return new(own.Count(repeated.Contains), own.Length);
    }

    /// <summary>How many rows differ from each other.</summary>
    /// <param name="values">[N, D].</param>
    internal static long Distinct(Tensor values)
    {
        var hashes = new ulong[values.shape[0]];
        Mix(values, hashes, float64);
        return hashes.Distinct().LongCount();
    }

    /// <summary>All of them in words, such as 12 of 100 test rows.</summary>
    internal string Words() => string.Join(" and ", new[] { Test?.Words("test"), Validation?.Words("validation") }.OfType<string>());

    /// <summary>What speaks against trusting results on rows that were held out; nothing where only few of them are repeated.</summary>
    /// <param name="split">Which rows: test or validation.</param>
    internal IEnumerable<string> Doubts(string split)
    {
        if ((split == HeldOut.OfTest ? Test : Validation) is { } share && share.Share > LargestShare)
        {
            yield return $"{share.Words(split)} are in the training data, too, number for number: results on them are better than on new data. "
                + "Leave repeated rows out of the data and train again.";
        }
    }

    private static List<ulong> First(IRows rows)
    {
        var hashes = new List<ulong>();
        foreach (var (first, count) in rows.Ranges().TakeWhile(range => range.First < MostLookedFor))
        {
            using var scope = NewDisposeScope();
            hashes.AddRange(Hashes(rows.Part(first, Math.Min(count, MostLookedFor - first)), float64));
        }

        return hashes;
    }

    /// <summary>A hash for each row, of its numbers and those of its condition.</summary>
    private static ulong[] Hashes(Samples rows, ScalarType precision)
    {
        var hashes = new ulong[rows.Count];
        Mix(rows.Data, hashes, precision);
        if (rows.Condition is { } condition)
        {
            Mix(condition, hashes, precision);
        }

        return hashes;
    }

    private static void Mix(Tensor values, ulong[] hashes, ScalarType precision)
    {
        var columns = (int)values.shape[1];
        foreach (var (first, count) in Numerics.RowChunks.Of(hashes.Length, Math.Max(1, NumbersAtOnce / Math.Max(1, columns))))
        {
            using var scope = NewDisposeScope();
            var numbers = MemoryMarshal.Cast<byte, double>(values.narrow(0, first, count).to(precision).to(float64).cpu().contiguous().bytes);
            for (var i = 0; i < numbers.Length; i++)
            {
                ref var hash = ref hashes[first + (i / columns)];
                hash = Mixed.Of(hash ^ BitConverter.DoubleToUInt64Bits(numbers[i] + 0.0)); // −0 is 0.
            }
        }
    }
}

/// <summary>Rows that are in the training data, too.</summary>
/// <param name="Repeated">How many.</param>
/// <param name="Rows">Of how many.</param>
public sealed record RepeatedShare(long Repeated, long Rows)
{
    /// <summary>From 0 to 1.</summary>
    internal double Share => (double)Repeated / Rows;

    /// <summary>Such as 12 of 100 test rows (12.0 %).</summary>
    internal string Words(string split) =>
        $"{NumberText.Count(Repeated)} of {NumberText.Counted(Rows, $"{split} row")} ({NumberText.Percent(Share)})";
}
