using System.Text.Json;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>Devices that are there, that are not, and memory that does not suffice.</summary>
public sealed class DeviceTests(TrainedRuns trained)
{
    /// <summary>Where the system promises memory that it does not have, asking for too much is not refused.</summary>
    public static bool RefusesMemory => OperatingSystem.IsLinux() && File.ReadAllText("/proc/sys/vm/overcommit_memory").Trim() != "1";

    /// <summary>On a machine with a GPU these would find one.</summary>
    private static readonly (string, string)[] NoGpu = [("CUDA_VISIBLE_DEVICES", "")];

    [Fact]
    public void ADeviceThatWasAskedForAndIsNotThereIsAFailureWithARemedy()
    {
        using var place = trained.Copy();
        place.Write("toy.yaml", Configs.Toy);
        string[][] commands =
        [
            ["train", "--config", "toy.yaml", "--device", "cuda:99", "--name", "elsewhere"],
            ["sample", "--run", "moons", "-n", "5", "--device", "cuda:99"],
            ["eval-nll", "--run", "moons", "--device", "cuda:99"],
        ];
        foreach (var command in commands)
        {
            var outcome = place.Run(NoGpu, command);
            Assert.Equal(1, outcome.Code);
            Assert.Contains("The device 'cuda:99' was asked for.", outcome.Error, StringComparison.Ordinal);
            Assert.Contains("use --device cpu", outcome.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
        }

        Assert.False(Directory.Exists(place["runs/elsewhere"]));
    }

    [Fact]
    public void TheLogSaysWhyAndTheManifestWhatWasAskedFor()
    {
        using var place = new Workplace();
        place.Write("toy.yaml", Configs.Toy);
        var outcome = place.Run(NoGpu, ["train", "--config", "toy.yaml"]);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Contains("device: cpu, since there is no CUDA device", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("device: cpu, since there is no CUDA device", File.ReadAllText(place["runs/moons/v0001/log.txt"]), StringComparison.Ordinal);
        var manifest = JsonDocument.Parse(File.ReadAllText(place["runs/moons/v0001/manifest.json"])).RootElement;
        Assert.Equal(("cpu", "auto"), (manifest.GetProperty("device").GetString(), manifest.GetProperty("device_asked").GetString()));
    }

    [Fact]
    public void ARunGoesOnOnAnotherDeviceAndSaysThatItsLastDigitsDiffer()
    {
        using var place = new Workplace();
        place.Write("toy.yaml", Configs.Toy);
        Assert.Equal(0, place.Run("train", "--config", "toy.yaml", "--device", "cpu").Code);
        var manifest = place["runs/moons/v0001/manifest.json"];
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("\"finished\"", "\"interrupted\"", StringComparison.Ordinal));
        UsageTests.Refused(place, "--device: expected auto, cpu", "train", "--resume", "moons", "--device", "gpu");
        var resumed = place.Run("train", "--resume", "moons", "--device", "emulated");
        Assert.True(resumed.Code == 0, resumed.Error);
        Assert.Contains("trained on cpu so far and goes on on emulated", resumed.Error, StringComparison.Ordinal);
        var kept = JsonDocument.Parse(File.ReadAllText(manifest)).RootElement;
        Assert.Equal(("emulated", "emulated"), (kept.GetProperty("device").GetString(), kept.GetProperty("device_asked").GetString()));
    }

    [Fact]
    public void TheDoctorExaminesASecondDeviceBesideTheProcessor()
    {
        using var place = new Workplace();
        var found = SweepTests.Json(place, "doctor", "--device", "emulated", "--workloads", "sbi", "--json");
        Assert.True(found.GetProperty("ok").GetBoolean());
        if (OperatingSystem.IsLinux())
        {
            Assert.True(found.GetProperty("imports").GetInt32() > 1000);
        }

        Assert.Empty(found.GetProperty("missing_imports").EnumerateArray());
        var devices = found.GetProperty("devices").EnumerateArray().ToList();
        Assert.Equal(["cpu", "emulated"], devices.Select(device => device.GetProperty("device").GetString()));
        foreach (var checks in devices.Select(device => device.GetProperty("checks").EnumerateArray().ToList()))
        {
            Assert.Equal(["draws", "training", "sampling", "likelihood"], checks.Select(check => check.GetProperty("what").GetString()));
            Assert.All(checks, check => Assert.InRange(check.GetProperty("difference").GetDouble(), 0, 1e-4));
        }

        UsageTests.Refused(place, "--workloads: expected all, or some of sbi, dw4", "doctor", "--workloads", "sbi,dw5");
        var missing = place.Run(NoGpu, ["doctor", "--device", "cuda:7", "--workloads", "sbi"]);
        Assert.Equal(1, missing.Code);
        Assert.Contains("cannot be used", missing.Out, StringComparison.Ordinal);
    }

    [Fact(Skip = "The system promises any amount of memory", SkipUnless = nameof(RefusesMemory))]
    public void ATrainingStepThatDoesNotFitIntoMemoryNamesTheKey()
    {
        using var place = new Workplace();
        place.Write("large.yaml", """
            name: large
            data: { kind: toy, distribution: two_moons, samples: 1000000 }
            method: { flow: { network: { kind: dense, widths: [200000] } } }
            training: { epochs: 1, batch_size: 500000 }
            """);
        var outcome = place.Run("train", "--config", "large.yaml", "--device", "cpu");
        Assert.Equal(1, outcome.Code);
        Assert.Contains("There is not enough memory on cpu for a training step with batches of 500000: lower training.batch_size.", outcome.Error,
            StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", outcome.Error, StringComparison.Ordinal);
        var manifest = JsonDocument.Parse(File.ReadAllText(place["runs/large/v0001/manifest.json"])).RootElement;
        Assert.Equal("failed", manifest.GetProperty("status").GetString());
        Assert.Contains("training.batch_size", manifest.GetProperty("message").GetString()!, StringComparison.Ordinal);
    }

    [Fact(Skip = "The system promises any amount of memory", SkipUnless = nameof(RefusesMemory))]
    public void ANetworkOrSamplesThatDoNotFitIntoMemoryAreTold()
    {
        using var place = trained.Copy();
        place.Write("toy.yaml", Configs.Toy);
        var wide = place.Run("train", "--config", "toy.yaml", "flow.network={kind: dense, widths: [1000000, 1000000]}", "--device", "cpu", "--name", "wide");
        Assert.Equal(1, wide.Code);
        Assert.Contains("There is not enough memory on cpu for data and network", wide.Error, StringComparison.Ordinal);
        var samples = place.Run("sample", "--run", "moons", "-n", "1000000000000", "--device", "cpu");
        Assert.Equal(1, samples.Code);
        Assert.Contains("for 1000000000000 samples: lower -n", samples.Error, StringComparison.Ordinal);
    }
}
