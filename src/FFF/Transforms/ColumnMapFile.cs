using static TorchSharp.torch;

namespace FFF.Transforms;

/// <summary>Maps of columns as tensors, by which a model saves them: their kinds, how many numbers each has, and the numbers.</summary>
internal static class ColumnMapFile
{
    private enum MapKind
    {
        None,
        Above,
        SignedLog,
        Rank,
    }

    /// <summary>The tensors, under names that begin with the prefix; none where there are no maps.</summary>
    public static IReadOnlyList<(string Name, Tensor Value)> Write(ColumnMaps? maps, string prefix)
    {
        if (maps is null)
        {
            return [];
        }

        (MapKind Kind, double[] Numbers)[] all = [.. maps.Columns.Select(map => map switch
        {
            AboveMap above => (MapKind.Above, new[] { above.Bound }),
            SignedLogMap log => (MapKind.SignedLog, [log.Scale]),
            RankMap rank => (MapKind.Rank, [.. rank.X, .. rank.Y]),
            null => (MapKind.None, []),
            _ => throw new ArgumentException($"No file holds a {map.GetType().Name}.", nameof(maps)),
        })];
        return
        [
            ($"{prefix}.kinds", tensor(all.Select(map => (int)map.Kind).ToArray())),
            ($"{prefix}.counts", tensor(all.Select(map => map.Numbers.Length).ToArray())),
            ($"{prefix}.numbers", tensor(all.SelectMany(map => map.Numbers).ToArray(), dtype: float64)),
        ];
    }

    /// <summary>What <see cref="Write"/> gave; null where there are none.</summary>
    /// <exception cref="ArgumentException">They are damaged.</exception>
    public static ColumnMaps? Read(IReadOnlyDictionary<string, Tensor> tensors, string prefix, int columns)
    {
        if (!tensors.TryGetValue($"{prefix}.kinds", out var kinds))
        {
            return null;
        }

        using var scope = NewDisposeScope();
        if (kinds.dtype == int32 && kinds.dim() == 1 && kinds.shape[0] == columns
            && tensors.TryGetValue($"{prefix}.counts", out var counts) && counts.dtype == int32 && counts.shape.SequenceEqual(kinds.shape)
            && tensors.TryGetValue($"{prefix}.numbers", out var numbers) && numbers.dtype == float64 && numbers.dim() == 1)
        {
            var (sizes, all, at) = (counts.data<int>().ToArray(), numbers.numel() == 0 ? [] : numbers.data<double>().ToArray(), 0);
            if (sizes.All(size => size >= 0) && sizes.Sum(size => (long)size) == all.Length && Array.TrueForAll(all, double.IsFinite))
            {
                var maps = kinds.data<int>().ToArray().Zip(sizes, (kind, size) => (Kind: (MapKind)kind, Numbers: all[at..(at += size)])).ToList();
                if (maps.TrueForAll(map => IsWhole(map.Kind, map.Numbers)))
                {
                    return new([.. maps.Select(map => Map(map.Kind, map.Numbers))]);
                }
            }
        }

        throw new ArgumentException(
            $"The checkpoint is damaged: '{prefix}.kinds', '.counts' and '.numbers' are no maps of {columns} columns.", nameof(tensors));
    }

    private static bool IsWhole(MapKind kind, double[] numbers) => kind switch
    {
        MapKind.None => numbers.Length == 0,
        MapKind.Above => numbers.Length == 1,
        MapKind.SignedLog => numbers is [> 0],
        MapKind.Rank => numbers.Length >= 4 && numbers.Length % 2 == 0 && IsRising(numbers.AsSpan(0, numbers.Length / 2))
            && IsRising(numbers.AsSpan(numbers.Length / 2)),
        _ => false,
    };

    private static bool IsRising(ReadOnlySpan<double> numbers)
    {
        for (var i = 1; i < numbers.Length; i++)
        {
            if (!(numbers[i] > numbers[i - 1]))
            {
                return false;
            }
        }

        return true;
    }

    private static ColumnMap? Map(MapKind kind, double[] numbers) => kind switch
    {
        MapKind.Above => new AboveMap(numbers[0]),
        MapKind.SignedLog => new SignedLogMap(numbers[0]),
        MapKind.Rank => new RankMap(numbers[..(numbers.Length / 2)], numbers[(numbers.Length / 2)..]),
        _ => null,
    };
}
