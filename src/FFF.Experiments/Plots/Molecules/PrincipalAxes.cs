using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Plots.Molecules;

/// <summary>Turns molecules so that most of them is seen.</summary>
internal static class PrincipalAxes
{
    // A little from above and from the side, or atoms behind each other would hide each other.
    private const double Pitch = 14 * Math.PI / 180;
    private const double Yaw = 10 * Math.PI / 180;

    /// <summary>
    /// The positions around their mean, turned: x along the longest axis, y along the second, z,
    /// the shortest one, towards the viewer, then all tilted a little.
    /// </summary>
    /// <remarks>
    /// The axes are the eigenvectors of the covariance Σᵢ (xᵢ − x̄)(xᵢ − x̄)ᵀ; of the two
    /// directions that each has, one is chosen so that the picture is no mirror image.
    /// </remarks>
    public static Position[] Turned(Molecule molecule)
    {
        using var scope = NewDisposeScope();
        var points = tensor([.. molecule.Positions.SelectMany(p => (double[])[p.X, p.Y, p.Z])], [molecule.AtomCount, 3]);
        points -= points.mean([0], keepdim: true);
        var (_, axes) = linalg.eigh(points.t().mm(points)); // ascending eigenvalues
        axes = axes.flip(1);
        axes = linalg.det(axes).item<double>() < 0 ? cat([axes.narrow(1, 0, 2), -axes.narrow(1, 2, 1)], 1) : axes;
        var turned = points.mm(axes).data<double>().ToArray();
        return [.. Enumerable.Range(0, molecule.AtomCount).Select(i => Tilted(turned[3 * i], turned[(3 * i) + 1], turned[(3 * i) + 2]))];
    }

    private static Position Tilted(double x, double y, double z)
    {
        (x, z) = ((x * Math.Cos(Yaw)) + (z * Math.Sin(Yaw)), (z * Math.Cos(Yaw)) - (x * Math.Sin(Yaw)));
        (y, z) = ((y * Math.Cos(Pitch)) - (z * Math.Sin(Pitch)), (z * Math.Cos(Pitch)) + (y * Math.Sin(Pitch)));
        return new(x, y, z);
    }
}
