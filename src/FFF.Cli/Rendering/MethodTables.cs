using FFF.Runs;
using FFF.Sweeps;
using Spectre.Console;

namespace FFF.Cli.Rendering;

/// <summary>Methods beside each other, a row each.</summary>
internal static class MethodTables
{
    public static FittingTable Of(IReadOnlyList<ComparedMethod> methods)
    {
        var hasC2st = methods.Any(method => method.C2st is not null);
        var table = Tables.Create(
        [
            ("method", Justify.Left), ("run", Justify.Left), ("status", Justify.Left), ("validation NLL", Justify.Right), ("best epoch", Justify.Right),
            ("test NLL", Justify.Right), ("training", Justify.Right), ("samples/s", Justify.Right),
            .. hasC2st ? [("C2ST", Justify.Right)] : Array.Empty<TableColumn>(),
        ]);
        foreach (var method in methods)
        {
            table.Row(
            [
                method.Method, method.Run ?? "", method.Status.ToString().ToLowerInvariant(),
                method.Validation is { } nll ? Words.Fixed(nll, 3) + (method.IsDoubtful ? RunDoubts.Mark : "") : "",
                method.BestEpoch is { } epoch ? $"{Words.Count(epoch)} of {Words.Count(method.Epochs ?? 0)}" : "",
                method.Test is { } test ? Words.Fixed(test, 3) : "",
                method.Seconds is { } seconds ? Words.Duration(TimeSpan.FromSeconds(seconds)) : "",
                method.SamplesPerSecond is { } rate ? Words.Count((long)rate) : "",
                .. hasC2st ? [method.C2st is { } c2st ? Words.Fixed(c2st, 3) : ""] : Array.Empty<string>(),
            ]);
        }

        return table;
    }
}
