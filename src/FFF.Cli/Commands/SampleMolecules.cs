using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Datasets.Molecules;
using FFF.Evaluation.Molecules;
using FFF.Runs;
using FFF.Sampling;
using FFF.Spaces;

namespace FFF.Cli.Commands;

/// <summary><c>fff sample</c> for runs on molecules.</summary>
internal static class SampleMolecules
{
    public static readonly Option<int?> Atoms = CommonOptions.Number<int>(
        "--atoms", "Molecules: all of so many atoms; distributed as the training molecules if left out.",
        n => n is >= MoleculeRequest.MinAtoms and <= MoleculeRequest.MaxAtoms, $"a whole number from {MoleculeRequest.MinAtoms} to {MoleculeRequest.MaxAtoms}");

    public static readonly Option<bool> Stable = new("--stable") { Description = "Molecules: only stable ones; others are thrown away, and new ones drawn." };

    /// <summary>Draws, writes and shows them.</summary>
    /// <param name="run">The run.</param>
    /// <param name="request">What to draw.</param>
    /// <param name="condition">What the user gave as their condition; null for nothing.</param>
    /// <param name="file">Where to; into the run's folder of samples if null.</param>
    /// <param name="checkpoint">What the user called the checkpoint.</param>
    /// <param name="json">Whether the result is shown as JSON.</param>
    public static int Draw(LoadedRun run, MoleculeRequest request, string? condition, string? file, string checkpoint, bool json)
    {
        using var interruption = new Interruption("Stopping; nothing will be written.");
        var view = new SamplingView("samples");
        var drawn = Interruption.Stoppable(() => Failures.AtWork(() => view.Show(() => Failures.InMemory(
            run, $"{request.Count} molecules", "lower -n, and draw more by other seeds (--seed)",
            () => MoleculeSampling.Draw(run.Flow, request, view, interruption.Token)))));
        var path = file ?? Path.Combine(RunFolders.Ensure(run.Folder, run.Folder.SampleFolder), DefaultName(run.Folder, request, condition, checkpoint));
        Write(path, drawn.Molecules);
        Show(json, request.Choice, new(
            Words.Name(run.Folder), [Path.GetFullPath(path)], drawn.Molecules.Count, drawn.Drawn, drawn.NotFinite, drawn.StableShare, drawn.Seconds,
            drawn.Drawn / drawn.Seconds, drawn.MillisecondsPerMolecule, 1000 * drawn.Seconds / drawn.Molecules.Count, drawn.Batch)
        {
            Candidates = request.Choice?.Candidates,
        });
        if (((MoleculeSpace)run.Flow.Space).AtomCounts is var known && request.Atoms is { } atoms && (atoms >= known.Count || known[atoms] == 0))
        {
            Screen.Warn($"No training molecule has {atoms} atoms: the flow has never seen any of that size.");
        }

        return ExitCode.Done;
    }

    private static void Write(string path, IReadOnlyList<Molecule> molecules)
    {
        try
        {
            MoleculeFile.Write(path, molecules, molecule => MolecularGraph.Of(molecule).Bonds);
        }
        catch (ArgumentException e)
        {
            throw new CommandException(ExitCode.Failed, $"{path}: {e.Message} Write to a .xyz file.", e);
        }
    }

    /// <summary>Tells samples of one run apart by what they were drawn with.</summary>
    private static string DefaultName(RunFolder folder, MoleculeRequest request, string? condition, string checkpoint)
    {
        string?[] parts =
        [
            "molecules",
            condition is null ? null : RunConditions.NameOf(condition),
            request.Atoms is { } atoms ? $"atoms{atoms}" : null,
            request.Stable ? "stable" : null,
            $"n{request.Count}",
            $"seed{request.Seed}",
            request.Temperature == 1 ? null : string.Create(CultureInfo.InvariantCulture, $"temperature{request.Temperature}"),
            CandidateOptions.Name(request.Choice),
            CheckpointName.Of(folder, checkpoint),
        ];
        return string.Join('_', parts.OfType<string>()) + ".xyz";
    }

    private static void Show(bool json, CandidateChoice? choice, MoleculeSampleResult result)
    {
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(result, ResultJson.Default.MoleculeSampleResult));
            return;
        }

        var leftOut = result.NotFinite == 0 ? "" : $"; {Words.Count(result.NotFinite)} of {Words.Count(result.Drawn)} were not finite and are left out";
        Screen.Out.Write(Tables.Pairs(
        [
            ("molecules", $"{Words.Count(result.Samples)} of {result.Run}{leftOut}"),
            .. choice is null
                ? Array.Empty<(string, string)>()
                : [.. CandidateOptions.Rows(choice), ("each that is kept", $"{Words.Number(result.MillisecondsPerKept)} ms, candidates and choice together")],
            ("rate", $"{Words.Count((long)result.SamplesPerSecond)} molecules/s, {Words.Number(result.MillisecondsPerMolecule)} ms each, "
                + $"in batches of {Words.Count(result.Batch)}"),
            .. result.StableShare is { } share
                ? [("stable", $"{Words.Percent(share)} of {Words.Count(result.Drawn)}; the others were thrown away: "
                    + $"{Words.Number(result.MillisecondsPerKept)} ms for each that is kept")]
                : Array.Empty<(string, string)>(),
        ]));
        Console.Out.WriteLine(Words.Place(result.Files[0]));
    }
}
