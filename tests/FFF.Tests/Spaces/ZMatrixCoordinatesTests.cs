using FFF.Evaluation.Conformations;
using FFF.Randomness;
using FFF.Spaces;
using FFF.Transforms;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Spaces;

/// <summary>Distances and angles in place of positions.</summary>
public sealed class ZMatrixCoordinatesTests : IDisposable
{
    /// <summary>A methyl group, a ring of three that a further bond closes, and a chain.</summary>
    private static readonly (int First, int Second)[] Bonds = [(0, 1), (1, 2), (1, 3), (1, 4), (2, 5), (5, 6), (6, 2), (5, 7)];

    private const int Atoms = 8;

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void EveryAtomIsPlacedByThoseBefore()
    {
        var rows = ZMatrix.Of(Atoms, Bonds).Rows;
        Assert.Equal(Enumerable.Range(0, Atoms), rows.Select(row => row.Atom).Order());
        Assert.All(rows.Index(), row => Assert.Subset(rows.Take(row.Index).Select(other => other.Atom).Append(-1).ToHashSet(),
            new HashSet<int> { row.Item.Bonded, row.Item.Angle, row.Item.Dihedral }));
        Assert.All(rows.Skip(1), row => Assert.Contains((Math.Min(row.Atom, row.Bonded), Math.Max(row.Atom, row.Bonded)),
            Bonds.Select(bond => (Math.Min(bond.First, bond.Second), Math.Max(bond.First, bond.Second)))));
        Assert.All(rows.Skip(3), row => Assert.Equal(4, new HashSet<int> { row.Atom, row.Bonded, row.Angle, row.Dihedral }.Count));

        // The further hydrogens of a methyl group turn with its first.
        var methyl = rows.Where(row => row.Bonded == 1 && row.Atom is 0 or 3 or 4).ToList();
        Assert.All(methyl.Skip(1), row => Assert.Contains(row.Dihedral, methyl.Select(other => other.Atom).Concat([-1, 2])));
    }

    [Fact]
    public void BondsThatReachNotAllAreTold() => Assert.Contains("do not reach the atoms 3 ",
        Assert.Throws<ArgumentException>(() => ZMatrix.Of(4, [(0, 1), (1, 2)])).Message, StringComparison.Ordinal);

    /// <summary>Ethane: two carbons 1.5 apart, and three hydrogens 1.1 from each.</summary>
    [Fact]
    public void TheShortestTreeFollowsTheBonds()
    {
        using var random = new RandomStream(4);
        static double[] Hydrogen(double x, double about) => [x, Math.Cos(about), Math.Sin(about)];
        double[][] ethane = [[0, 0, 0], [1.5, 0, 0], .. Enumerable.Range(0, 3).Select(i => Hydrogen(-0.4, i * Math.Tau / 3)),
            .. Enumerable.Range(0, 3).Select(i => Hydrogen(1.9, (i + 0.5) * Math.Tau / 3))];
        var x = tensor(ethane.SelectMany(position => position).ToArray()) + (0.05 * random.Normal([50, Atoms * 3], float64));
        Assert.Equal([(0, 1), (0, 2), (0, 3), (0, 4), (1, 5), (1, 6), (1, 7)], ZMatrix.ShortestTree(x).Order());
    }

    /// <summary>Positions that are moved and turned have the same coordinates, and these give the same distances and the same mirror image.</summary>
    [Fact]
    public void PositionsComeBackUpToRigidMotion()
    {
        using var random = new RandomStream(1);
        var x = random.Normal([6, Atoms * 3], float64);
        var coordinates = Coordinates();
        var (y, logDet) = coordinates.Forward(x);
        Assert.Equal([6, (3 * Atoms) - 6], y.shape);
        var (back, logDetBack) = coordinates.Inverse(y);
        Check.Close(logDetBack, logDet, 1e-9);
        Check.Close(Distances(back), Distances(x), 1e-9);
        Check.Close(Handedness.TripleProduct(back, [0, 2, 3, 1]), Handedness.TripleProduct(x, [0, 2, 3, 1]), 1e-9);
        Assert.True(back.reshape(6, Atoms, 3).mean([1]).abs().max().item<double>() < 1e-12);

        var (rotation, _) = linalg.qr(random.Normal([3, 3], float64));
        rotation = rotation * rotation.det().sign();
        Check.Close(coordinates.Forward((x.reshape(6, Atoms, 3).matmul(rotation) + 5).flatten(1)).Y, y, 1e-9);
    }

    /// <summary>What is placed by distances and angles has these.</summary>
    [Fact]
    public void PlacedAtomsHaveTheirDistancesAndAngles()
    {
        using var random = new RandomStream(6);
        var coordinates = Coordinates();
        var y = 0.5 * random.Normal([4, coordinates.Dimension], float64);
        var x = coordinates.Inverse(y).X.reshape(4, Atoms, 3);
        var degrees = 180 / Math.PI;
        foreach (var (number, row) in coordinates.Matrix.Rows.Index().Skip(3))
        {
            Check.Close(InternalCoordinates.Distance(x, row.Atom, row.Bonded).log(), y.select(1, number - 1), 1e-9);
            Check.Close((InternalCoordinates.Angle(x, row.Atom, row.Bonded, row.Angle) / degrees / 2).tan().log(), y.select(1, Atoms - 1 + number - 2), 1e-9);
            var dihedral = InternalCoordinates.Dihedral(x, row.Atom, row.Bonded, row.Angle, row.Dihedral) / degrees;
            var turned = (dihedral - coordinates.Cuts[number - 3]).remainder(Math.Tau);
            var column = (2 * Atoms) - 3 + number - 3;
            Check.Close(new BoxMap(0, Math.Tau, 0.1).Forward(turned), y.select(1, column), 1e-9);
        }
    }

    /// <summary>
    /// The density of y is that of x, integrated over the orbit of rotations, by the coarea formula: p(y) = p(x)·8π²·√det I / √det(DDᵀ), with D = ∂y/∂x on
    /// positions of mean zero and I the inertia tensor for unit masses.
    /// </summary>
    [Fact]
    public void TheDeterminantIsThatOfTheCoareaFormula()
    {
        using var random = new RandomStream(2);
        var x = random.Normal([1, Atoms, 3], float64);
        x -= x.mean([1], keepdim: true);
        var inertia = (x.square().sum() * eye(3, dtype: float64)) - x[0].t().mm(x[0]);
        var coordinates = Coordinates();
        const double H = 1e-6;
        var columns = Enumerable.Range(0, Atoms * 3).Select(column =>
        {
            var step = zeros([1, Atoms * 3], float64);
            step[0, column] = H;
            return ((coordinates.Forward(x.flatten(1) + step).Y - coordinates.Forward(x.flatten(1) - step).Y) / (2 * H))[0];
        }).ToArray();
        var derivative = stack(columns, 1);
        var expected = (0.5 * linalg.slogdet(derivative.mm(derivative.t())).Item2) - (0.5 * inertia.det().log()) - Math.Log(8 * Math.PI * Math.PI);
        Check.Close(coordinates.Forward(x.flatten(1)).LogDet, expected.unsqueeze(0), 1e-6);
    }

    /// <summary>Angles about ±π, which numbers cut in two, are one piece behind the cut that data choose.</summary>
    [Fact]
    public void TheCircleIsCutWhereNoDataAre()
    {
        var matrix = ZMatrix.Of(4, [(0, 1), (1, 2), (2, 3)]);
        using var random = new RandomStream(3);
        var angles = new BoxMap(0, Math.Tau, 0.1).Forward(Math.PI + (0.2 * random.Normal([500, 1], float64)));
        var x = new ZMatrixCoordinates(matrix, [0]).Inverse(cat([0.1 * random.Normal([500, 5], float64), angles], 1)).X;
        double Deviation(ZMatrixCoordinates coordinates) => coordinates.Forward(x).Y.select(1, 5).std().item<double>();
        Assert.True(Deviation(new(matrix, [-Math.PI])) > 0.3);
        var cut = ZMatrixCoordinates.Fit(matrix, x);
        Assert.InRange(cut.Cuts[0], -1, 1);
        Assert.InRange(Deviation(cut), 0.02, 0.05);
    }

    [Fact]
    public void ASpaceIsSavedWithThem()
    {
        var space = new MeanFreePositions(Atoms, 3) { Internal = Coordinates() };
        Assert.Equal(((3 * Atoms) - 6, Atoms * 3), (space.TransformedDimension, space.Dimension));
        var tensors = space.Tensors();
        Assert.Equal(space, SpaceFile.Load(tensors, space.TransformedDimension));
        var other = tensors.ToDictionary(saved => saved.Key, saved => saved.Value);
        other["data.internal"] = other["data.internal"].flip(0);
        Assert.Contains("damaged", Assert.Throws<ArgumentException>(() => SpaceFile.Load(other, space.TransformedDimension)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => SpaceFile.Load(tensors, space.Dimension));
    }

    private static ZMatrixCoordinates Coordinates() => new(ZMatrix.Of(Atoms, Bonds), [.. Enumerable.Range(0, Atoms - 3).Select(i => -3 + (0.7 * i))]);

    private static Tensor Distances(Tensor x)
    {
        var positions = x.reshape(x.shape[0], Atoms, 3);
        return (positions.unsqueeze(1) - positions.unsqueeze(2)).square().sum(-1).sqrt();
    }
}
