using System.ComponentModel.DataAnnotations;
using FFF.Outside;
using FFF.Spaces;
using FFF.Transforms;
using static TorchSharp.torch;

[assembly: SavedSpace<BoxSpace>("outside-box")]

namespace FFF.Outside;

/// <summary>Rows whose numbers all lie between two bounds, and are learnt as their logits.</summary>
public sealed record BoxSpace : Space, ISavedSpace
{
    private const string TensorName = "data.outside_box";

    /// <summary>D.</summary>
    [Range(1, 1000)]
    public int Size { get; init; } = 2;

    /// <summary>The lower bound of every number.</summary>
    public double Low { get; init; }

    /// <summary>The upper bound of every number.</summary>
    public double High { get; init; } = 1;

    public override int Dimension => Size;

    public override int DensityDimension => Size;

    public override ITransform Transform => new Logit(Low, High);

    public override string Describe() => $"in a box of {Size} dimensions";

    public override IReadOnlyDictionary<string, Tensor> Tensors() => new Dictionary<string, Tensor> { [TensorName] = tensor([Low, High], float64) };

    static Space? ISavedSpace.Load(IReadOnlyDictionary<string, Tensor> tensors, int dimension) => tensors.TryGetValue(TensorName, out var bounds)
        ? new BoxSpace { Size = dimension, Low = bounds[0].item<double>(), High = bounds[1].item<double>() }
        : null;

    /// <summary>y = ln (x − low) − ln (high − x).</summary>
    private sealed record Logit(double Low, double High) : ITransform
    {
        public (Tensor Y, Tensor LogDet) Forward(Tensor x, Tensor? condition = null)
        {
            using var scope = NewDisposeScope();
            var (below, above) = ((x - Low).log(), (High - x).log());
            var logDet = (Math.Log(High - Low) - below - above).sum(-1);
            return ((below - above).MoveToOuterDisposeScope(), logDet.MoveToOuterDisposeScope());
        }

        public (Tensor X, Tensor LogDet) Inverse(Tensor y, Tensor? condition = null)
        {
            using var scope = NewDisposeScope();
            var x = Low + ((High - Low) * y.sigmoid());
            var logDet = Forward(x).LogDet;
            return (x.MoveToOuterDisposeScope(), logDet.MoveToOuterDisposeScope());
        }
    }
}
