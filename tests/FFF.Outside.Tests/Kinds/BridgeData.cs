using System.ComponentModel.DataAnnotations;
using FFF.Datasets;
using FFF.Flows;
using FFF.Options;
using FFF.Outside;
using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

[assembly: Kind<DataConfig, BridgeData>("outside-bridge")]

namespace FFF.Outside;

/// <summary>Points along an arch through a box.</summary>
public sealed record BridgeData : DataConfig
{
    /// <summary>How many points are drawn.</summary>
    [Range(2, 1_000_000)]
    public int Samples { get; init; } = 1000;

    /// <summary>The box.</summary>
    public Space Space { get; init; } = new BoxSpace();

    public override (Space Space, int Conditions) Outline => (Space, 0);

    public override DataSource Open(DataRequest request)
    {
        using var random = NamedSeed.Stream(request.Seed, "data/outside-bridge");
        using var scope = NewDisposeScope();
        var along = 0.1 + (0.8 * random.Uniform([Samples]));
        var height = 0.2 + (2.4 * along * (1 - along)) + (0.03 * random.Between(-1, 1, [Samples]));
        var box = (BoxSpace)Space;
        var rows = box.Low + ((box.High - box.Low) * stack([along, height], 1));
        return new("outside bridge", new Samples(rows.MoveToOuterDisposeScope(), null) { Space = box }, ["along", "height"], [], TestFraction: 0.1);
    }

    public override string? Misfit(MethodConfig method) =>
        Space is BoxSpace { Size: 2 } ? null : "expected a space of the kind outside-box with size 2 for outside-bridge";
}
