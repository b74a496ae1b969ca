using FFF.Configuration;
using FFF.Datasets;
using FFF.Datasets.Molecules;
using FFF.Datasets.Particles;
using FFF.Datasets.Sbi;
using FFF.Devices;
using FFF.Flows;
using FFF.Networks;
using FFF.Networks.Equivariant;
using FFF.Sweeps;
using FFF.Tests.Formats;
using FFF.Training;
using Xunit;

namespace FFF.Tests.Sweeps;

/// <summary>How trials on this machine share its CUDA devices, on machines that have none.</summary>
public sealed class DeviceSharesTests
{
    private static readonly TrialDevice Any = new(true);

    [Theory]
    [InlineData(null, 2, "0", "1")]
    [InlineData("2,3", 2, "2", "3")]
    [InlineData("GPU-8932f937, MIG-1f2e", 2, "GPU-8932f937", "MIG-1f2e")]
    [InlineData("1,-1,0", 1, "1")]
    [InlineData("", 0)]
    [InlineData("NoDevFiles", 0)]
    public void DevicesAreThoseThatThisProcessSees(string? variable, int count, params string[] expected) =>
        Assert.Equal(expected, VisibleDevices.Names(variable, count));

    [Fact]
    public void EachDeviceGoesToOneTrialAtATime()
    {
        var shares = new DeviceShares(["4", "GPU-7"], 1, _ => Any);
        var (first, second) = (shares.Take(Trial(0)), shares.Take(Trial(1)));
        Assert.Equal(("4", "GPU-7"), (first!.Visible, second!.Visible));
        Assert.Null(shares.Take(Trial(2)));
        shares.Return(second);
        Assert.Equal("GPU-7", shares.Take(Trial(2))!.Visible);
    }

    [Fact]
    public void SeveralMayShareOneIfToldSo()
    {
        var shares = new DeviceShares(["0", "1"], 2, _ => Any);
        Assert.Equal(["0", "1", "0", "1", null], Enumerable.Range(0, 5).Select(number => shares.Take(Trial(number))?.Visible));
        Assert.Equal(4, shares.Places);
    }

    [Fact]
    public void WhatNeedsNoDeviceDoesNotWait()
    {
        var shares = new DeviceShares(["0"], 1, trial => trial.Number == 0 ? Any : new(false, IsChosen: trial.Number == 1));
        Assert.Equal("0", shares.Take(Trial(0))!.Visible);
        Assert.Equal("", shares.Take(Trial(1))!.Visible);
        Assert.Null(shares.Take(Trial(2))!.Visible);
    }

    [Fact]
    public void ADeviceThatIsNamedByItsNumberIsKept()
    {
        var shares = new DeviceShares(["0", "1"], 1, trial => trial.Number == 0 ? new(true, 0) : Any);
        Assert.Equal((0, null), (shares.Take(Trial(0)) is { Device: var device, Visible: var visible } ? (device, visible) : (null, "none")));
        Assert.Equal("1", shares.Take(Trial(1))!.Visible);
    }

    [Fact]
    public void TheRuleForDevicesDecidesWhoNeedsOne()
    {
        var there = new DeviceFacts(["Card"], 1, 2);
        TrialDevice Of(DataConfig data, NetworkConfig network, string device)
        {
            var experiment = new Experiment
            {
                Name = "x",
                Data = data,
                Method = new FreeFormMethod { Flow = new FlowConfig { Network = network } },
                Training = new TrainingConfig { Device = device },
            };
            return TrialDevice.Of(experiment, there);
        }

        var (moons, small) = (new SbiData { Task = "two_moons" }, new DenseOptions { Widths = [64, 64] });
        Assert.Equal(new TrialDevice(true, IsChosen: true), Of(moons, small, "auto"));
        Assert.Equal(new TrialDevice(true, IsChosen: true), Of(new ParticleData { System = ParticleSystemKind.Lj13 }, new EquivariantOptions(), "auto"));
        Assert.Equal(new TrialDevice(true, IsChosen: true), Of(new MoleculeData { Source = MoleculeSource.Qm7 }, new EquivariantOptions(), "auto"));
        Assert.Equal(new TrialDevice(true), Of(moons, small, "cuda"));
        Assert.Equal(new TrialDevice(true, 3), Of(moons, small, "cuda:3"));
        Assert.Equal(new TrialDevice(false), Of(moons, small, "cpu"));
    }

    /// <summary>Processes that write down what they see: two devices, three jobs, five trials, of which one needs no device.</summary>
    [Fact]
    public void TrialsSeeTheirOwnDevice()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The trials are scripts of a shell.");
        using var root = new TemporaryFolder();
        root.WithText("toy.yaml", "name: toy\ndata: {kind: toy, distribution: rings}\n");
        root.WithText("sweep.yaml", "name: shared\nconfigs: [toy.yaml]\nsearch: {kind: grid, keys: {training.epochs: [1, 2, 3, 4, 5]}}\n");
        var plan = SweepPlan.Create(SweepFile.Load([root["sweep.yaml"]], []));
        var sweep = SweepFolder.Create(root["runs"], plan);
        var script = root["trial.sh"];
        File.WriteAllText(script, $"echo \"$CUDA_VISIBLE_DEVICES $(date +%s%N)\" >>'{root.Path}/'\"${{3##*:}}\"; sleep 0.4; "
            + $"echo \"end $(date +%s%N)\" >>'{root.Path}/'\"${{3##*:}}\"");
        var shares = new DeviceShares(["GPU-a", "GPU-b"], 1, trial => new(trial.Number != 4, IsChosen: true));
        var ended = LocalLauncher.Run(sweep, sweep.ReadTrials(), 3, shares, new TrialProgram("/bin/sh", [script]), null, 5, _ => { }, CancellationToken.None);

        Assert.All(ended, trial => Assert.Equal(0, trial.ExitCode));
        var seen = Enumerable.Range(0, 5)
            .Select(number => File.ReadAllLines(root[$"{number}"]))
            .Select(lines => (Device: lines[0].Split(' ')[0], From: long.Parse(lines[0].Split(' ')[1]), To: long.Parse(lines[1].Split(' ')[1])))
            .ToList();
        Assert.Equal("", seen[4].Device);
        Assert.Equal(["GPU-a", "GPU-b"], seen.Take(4).Select(trial => trial.Device).Distinct().Order());
        foreach (var device in seen.Take(4).GroupBy(trial => trial.Device))
        {
            var turns = device.OrderBy(trial => trial.From).ToList();
            Assert.All(turns.Zip(turns.Skip(1)), pair => Assert.True(pair.First.To <= pair.Second.From, "Two trials used one device at a time."));
        }
    }

    private static TrialRecord Trial(int number) => new(number, $"trial-{number}", 0, new Dictionary<string, string>(), []);
}
