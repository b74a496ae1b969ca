using FFF.Graphs;
using FFF.Transforms;
using static TorchSharp.torch;

namespace FFF.Spaces;

/// <summary>
/// One of the two mirror images of a chiral molecule. Distances, and so equivariant networks, cannot tell them apart: p(x) = p(Mx). Where all data
/// are of one image, samples of the other are mirrored, and the density of each is twice as large: log p(x) + log 2.
/// </summary>
/// <param name="A">A particle, from 0.</param>
/// <param name="B">A particle, from 0.</param>
/// <param name="C">A particle, from 0.</param>
/// <param name="D">A particle, from 0. The image is told by the sign of (x_A − x_D) · ((x_B − x_D) × (x_C − x_D)).</param>
/// <param name="IsPositive">That sign.</param>
public sealed record Handedness(int A, int B, int C, int D, bool IsPositive)
{
    /// <summary>The particles.</summary>
    public IReadOnlyList<int> Particles => [A, B, C, D];

    /// <summary>The triple product of each row, [B]: the determinant of the three vectors.</summary>
    /// <param name="x">[B, N·3].</param>
    /// <param name="four">A, B, C and D.</param>
    internal static Tensor TripleProduct(Tensor x, IReadOnlyList<int> four)
    {
        using var scope = NewDisposeScope();
        var positions = x.reshape(x.shape[0], -1, MoleculeSpace.Axes);
        Tensor From(int particle) => positions.select(1, particle) - positions.select(1, four[3]);
        return stack([From(four[0]), From(four[1]), From(four[2])], 1).det().MoveToOuterDisposeScope();
    }

    /// <summary>Whether each row is of this image, [B].</summary>
    /// <param name="x">[B, N·3].</param>
    internal Tensor Has(Tensor x)
    {
        using var product = TripleProduct(x, Particles);
        return IsPositive ? product.gt(0) : product.lt(0);
    }

    /// <summary>The same in a graph of operators: the determinant written out, which runtimes have in float32 alone.</summary>
    private GraphValue Has(GraphValue x)
    {
        GraphValue[] From(int particle)
        {
            var own = x.Slice(-1, MoleculeSpace.Axes * particle, MoleculeSpace.Axes) - x.Slice(-1, MoleculeSpace.Axes * D, MoleculeSpace.Axes);
            return [own.Slice(-1, 0, 1), own.Slice(-1, 1, 1), own.Slice(-1, 2, 1)];
        }

        var (a, b, c) = (From(A), From(B), From(C));
        var product = (a[0] * ((b[1] * c[2]) - (b[2] * c[1]))) - (a[1] * ((b[0] * c[2]) - (b[2] * c[0]))) + (a[2] * ((b[0] * c[1]) - (b[1] * c[0])));
        return (IsPositive ? product.Above(0) : product.Below(0)).Squeeze(-1);
    }

    /// <summary>The transform that mirrors what is made of latents.</summary>
    internal ITransform Transform => new Folded(this);

    /// <summary>y = x, and x = y or its mirror image: two y for one x, of the same density.</summary>
    private sealed record Folded(Handedness Handedness) : ITransform, IGraphTransform
    {
        public (Tensor Y, Tensor LogDet) Forward(Tensor x, Tensor? condition = null) => (x.alias(), LogTwo(x));

        public (Tensor X, Tensor LogDet) Inverse(Tensor y, Tensor? condition = null)
        {
            using var scope = NewDisposeScope();
            var x = y.where(Handedness.Has(y).unsqueeze(1), -y);
            return (x.MoveToOuterDisposeScope(), LogTwo(y).MoveToOuterDisposeScope());
        }

        GraphTransformed IGraphTransform.Forward(GraphValue x, GraphDual? condition) => new(x, x.Of(Math.Log(2)), Handedness.Has(x));

        GraphTransformed IGraphTransform.Inverse(GraphValue y, GraphDual? condition) =>
            new(Handedness.Has(y).Unsqueeze(-1).Choose(y, -y), y.Of(Math.Log(2)));

        private static Tensor LogTwo(Tensor like) => tensor(Math.Log(2), like.dtype, like.device);
    }
}
