using FFF.Datasets;
using FFF.Options;
using FFF.Outside;
using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

[assembly: Kind<DataConfig, RingData>("outside-ring")]

namespace FFF.Outside;

/// <summary>Points on rings whose radius is given; the configuration does not name it, the rows do.</summary>
public sealed record RingData : DataConfig
{
    public override bool HasConditions => true;

    public override (Space Space, int Conditions) Outline => (new VectorSpace(2), 1);

    public override DataSource Open(DataRequest request)
    {
        using var random = NamedSeed.Stream(request.Seed, "data/outside-ring");
        using var scope = NewDisposeScope();
        var radius = random.Between(1, 2, [400, 1]);
        var angle = random.Between(0, 2 * Math.PI, [400, 1]);
        var rows = radius * cat([angle.cos(), angle.sin()], 1) + 0.1 * random.Normal([400, 2]);
        return new("outside ring", new Samples(rows.MoveToOuterDisposeScope(), radius.MoveToOuterDisposeScope()), ["x", "y"], ["radius"], TestFraction: 0.1);
    }
}
