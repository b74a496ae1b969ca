using System.CommandLine;
using System.Text.Json;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Datasets.Particles;
using FFF.Formats;
using FFF.Native;
using static TorchSharp.torch;

namespace FFF.Cli.Commands;

/// <summary><c>fff data generate</c></summary>
internal static class DataGenerateCommand
{
    private const long DefaultCount = 10_000;

    private static readonly Argument<string> System = new("system")
    {
        Description = $"Which particle system: {string.Join(", ", ParticleSystems.All.Select(system => system.Name))}.",
    };
    private static readonly Option<long?> Count = CommonOptions.Number<long>("--count", $"How many samples; {DefaultCount} if left out.",
        n => n is > 0 and <= 100_000_000, "a whole number from 1 to 100000000");
    private static readonly Option<long?> Seed = CommonOptions.Seed("The seed of the chains; 0 if left out. The same as data.seed of an experiment.");
    private static readonly Option<double?> WellDepth = CommonOptions.Number<double>("--well-depth",
        "Multiplies the pair energies of lj13 and lj55, 1 if left out; the same as data.well_depth of an experiment.",
        e => e is >= 0.01 and <= 100, "a number from 0.01 to 100");
    private static readonly Option<string?> Out = CommonOptions.Out(
        "Where they go: a .npy file, float32, [samples, particles, dimensions]. If left out they are only kept in the cache, where experiments find them.");
    private static readonly Option<bool> AcceptPoorMixing = new("--accept-poor-mixing")
    {
        Description = "Takes samples whose chains have not mixed, or whose virial is off, which are refused otherwise.",
    };
    private static readonly Option<string> Device = CommonOptions.Device();
    private static readonly Option<bool> Json = CommonOptions.Json();

    static DataGenerateCommand()
    {
        CommonOptions.AcceptOnly(System, [.. ParticleSystems.All.Select(system => system.Name)]);
        Out.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !token.Value.EndsWith(".npy", StringComparison.OrdinalIgnoreCase))
            {
                result.AddError($"--out: expected a name that ends in .npy, found '{token.Value}'.");
            }
        });
    }

    public static Command Create()
    {
        var command = new ExampledCommand("generate", "Draws samples of a particle system at temperature 1 by Markov chains, "
                + "and tells how well they have mixed. They are kept in the cache, so that the same ones are drawn once.",
            "fff data generate dw4 --count 100000 --out dw4.npy",
            "fff data generate lj13 --count 10000 --seed 1 --json")
        {
            System, Count, Seed, WellDepth, AcceptPoorMixing, Out, Device, Json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(WellDepth) is not null && result.GetValue(System) is { } name && !name.StartsWith("lj", StringComparison.Ordinal))
            {
                result.AddError($"--well-depth: only lj13 and lj55 have one, {name} has not.");
            }
        });
        command.SetAction(Generate);
        return command;
    }

    private static int Generate(ParseResult parsed)
    {
        var system = ParticleSystems.All.Single(candidate => candidate.Name == parsed.GetRequiredValue(System)).WithWellDepth(parsed.GetValue(WellDepth));
        var (count, seed) = (parsed.GetValue(Count) ?? DefaultCount, parsed.GetValue(Seed) ?? 0);
        var file = OutputFile.Check(parsed.GetValue(Out));
        Libtorch.Load();
        var device = DeviceChoices.ForManySmallOperations(parsed.GetRequiredValue(Device));
        using var interruption = new Interruption("Stopping.");
        using var scope = NewDisposeScope();
        var cache = ParticleSampleCache.OfUser(Screen.Warn);
        var samples = Draw(cache, system, count, seed, device, interruption.Token);
        if (!parsed.GetValue(AcceptPoorMixing))
        {
            PoorSamplingException.Refuse(samples.Report, AcceptPoorMixing.Name);
        }

        if (file is not null)
        {
            Npy.Write(file, samples.Positions);
        }

        Show(samples.Report, file ?? Kept(cache.PathOf(system, count, seed)), parsed.GetValue(Json));
        return ExitCode.Done;
    }

    private static ParticleSamples Draw(ParticleSampleCache cache, IParticleSystem system, long count, long seed, Device device, CancellationToken stop)
    {
        var view = new SamplingView(system.Name);
        try
        {
            return view.Show(() => cache.Get(system, count, seed, device, view, stop));
        }
        catch (OperationCanceledException e)
        {
            throw new CommandException(ExitCode.Failed, "interrupted before the samples were drawn; nothing was written.", e);
        }
    }

    /// <summary>Without a file of the user's own, the samples must be in the cache.</summary>
    private static string Kept(string path) => File.Exists(path)
        ? path
        : throw new CommandException(ExitCode.Failed, "the samples could not be kept; name a file by --out.");

    private static void Show(SamplingReport report, string file, bool json)
    {
        string[] doubts = [.. report.Faults(), .. report.Doubts()];
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(new GeneratedData(Path.GetFullPath(file), report, doubts), ResultJson.Default.GeneratedData));
            return;
        }

        Screen.Out.Write(SamplingTables.Of(report));
        Array.ForEach(doubts, Screen.Warn);
        Console.Out.WriteLine(Words.Place(file));
    }
}
