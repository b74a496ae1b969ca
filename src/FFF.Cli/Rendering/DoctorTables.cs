using System.Globalization;
using FFF.Native;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace FFF.Cli.Rendering;

/// <summary>What was found on a machine, for people.</summary>
internal static class DoctorTables
{
    public static IRenderable Of(DoctorResult result)
    {
        var pairs = new List<(string, string)>
        {
            ("fff", result.Program),
            (".NET", result.Dotnet),
            ("system", result.System),
            ("cores", $"{result.Cores}, {result.CoresReason}"),
            ("kernels", result.FusedKernels
                ? $"fused ones on the CPU, vectors of {result.VectorBits} bits"
                : "libtorch's operations only: .NET uses no vectors of this processor"),
        };
        if (result.Libtorch is not null)
        {
            pairs.AddRange(
            [
                ("libtorch", $"{result.Libtorch} in {result.LibtorchFolder}"),
                ("found by", result.FromEnvironment == true ? Libtorch.FolderVariable : $"the build; {Libtorch.FolderVariable} can name another one"),
                ("fits TorchSharp", Fit(result)),
                ("C++ runtime", result.Patched == true ? "older than TorchSharp expects: an adapted copy of its library is used" : "as TorchSharp expects"),
                ("TorchSharp",
                    result.KeepsObjects == true ? "woven: keeps alive what libtorch reads" : "as published: does not keep alive what libtorch reads"),
                ("MKL", Mkl(result.FastMkl == true)),
                ("threads", $"{result.Threads} at most for the arithmetic; trainings take what is fastest, or training.threads"),
            ]);
        }

        pairs.AddRange(result.Devices.Select(device => (device.Device, string.Join(", ", Facts(device)))));
        var parts = new List<IRenderable> { Tables.Pairs(pairs) };
        foreach (var problem in result.Problems)
        {
            parts.Add(new Padder(new Text(problem), new Padding(2, 1, 0, 0)));
        }

        parts.Add(new Padder(new Text(Verdict(result)), new Padding(2, 1, 0, 0)));
        return new Rows(parts);
    }

    private static string Verdict(DoctorResult result) => (result.Ok, result.Problems.Count) switch
    {
        (true, 0) => "All works.",
        (true, _) => "What can be used works.",
        _ when result.MissingImports is { Count: 0 }
            && result.Devices.Where(device => device.Works).Select(device => device.Device).ToList() is { Count: > 0 } working =>
            $"What was asked for cannot be used here; {string.Join(" and ", working)} can.",
        _ => "The program cannot work here.",
    };

    private static string Fit(DoctorResult result) => (result.Imports, result.MissingImports?.Count) switch
    {
        (0, _) => "as its loader says",
        (var imports, 0) => $"all of the {Words.Count(imports!.Value)} symbols that it calls are there",
        (var imports, var missing) => $"{missing} of the {Words.Count(imports!.Value)} symbols that it calls are missing",
    };

    private static string Mkl(bool fast) =>
        fast ? "fast path enabled on a processor of another maker; FFF_MKL=default turns it off"
        : Environment.GetEnvironmentVariable("FFF_MKL") == "default" ? "as it chooses, by FFF_MKL=default"
        : "as it chooses";

    private static IEnumerable<string> Facts(DeviceResult device)
    {
        if (device.Name is not null)
        {
            yield return device.Name;
        }

        if (device.MemoryBytes is { } memory)
        {
            yield return Words.Bytes(memory);
        }

        var right = device.Checks.Count(check => check.Works);
        yield return device.Checks.Count == 0 ? "cannot be used"
            : right < device.Checks.Count ? $"{device.Checks.Count - right} of {device.Checks.Count} checks fail"
            : string.Create(CultureInfo.InvariantCulture, $"draws, trains, samples and evaluates as it should: "
                + $"{right} checks, largest relative difference {device.Checks.Max(check => check.Difference):G2}");
    }
}
