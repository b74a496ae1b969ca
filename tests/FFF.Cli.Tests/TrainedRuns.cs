using Xunit;

[assembly: AssemblyFixture(typeof(FFF.Cli.Tests.TrainedRuns))]

namespace FFF.Cli.Tests;

/// <summary>Runs that were trained once for all tests, which copy them.</summary>
public sealed class TrainedRuns : IDisposable
{
    private readonly Workplace _place = new();

    public TrainedRuns()
    {
        _place.Write("toy.yaml", Configs.Toy);
        _place.Write("sbi.yaml", Configs.Sbi);
        Toy = _place.Run("train", "--config", "toy.yaml");
        Sbi = _place.Run("train", "--config", "sbi.yaml", "--json");
        Assert.True(Toy.Code == 0 && Sbi.Code == 0, Toy.Error + Sbi.Error);
    }

    /// <summary>How the training on two moons ended.</summary>
    internal Outcome Toy { get; }

    /// <summary>How the training on a benchmark task ended.</summary>
    internal Outcome Sbi { get; }

    /// <summary>A folder of their own with both runs in <c>runs</c>: moons/v0001 and posterior/v0001.</summary>
    internal Workplace Copy()
    {
        var copy = new Workplace();
        copy.CopyFrom(_place["runs"], "runs");
        return copy;
    }

    public void Dispose() => _place.Dispose();
}
