using FFF.Graphs;
using FFF.Transforms;
using static TorchSharp.torch;

namespace FFF.Spaces;

/// <summary>
/// Distances, angles and dihedral angles in place of the positions of N atoms: 3N − 6 numbers that are the same wherever the molecule lies and however it is
/// turned. They are learnt as ln r, ln tan(θ/2) and, from a cut around the circle on, as the place of φ in a box, so that every vector is a molecule.
/// </summary>
/// <remarks>
/// A density of positions of mean zero that are turned any way is that of their shape: dx = N^(−3/2) ∏ r² ∏ sin θ dr dθ dφ dR, with dR of a whole 8π². So
/// log p(x) = log p(y) + log|∂y/∂(r, θ, φ)| − Σ 2 ln r − Σ ln sin θ − ln 8π² + 3/2 ln N, which is the density that an equivariant flow has of x.
/// What is decoded has mean zero and one orientation; samples are turned at random (<see cref="MeanFreePositions"/>).
/// </remarks>
public sealed class ZMatrixCoordinates : ITransform, IGraphTransform, IEquatable<ZMatrixCoordinates>
{
    /// <summary>The share of the circle that is learnt as a logarithm of the distance to the cut, where hardly any data are.</summary>
    private const double Edge = 0.1;

    /// <summary>The atoms before the first that has a dihedral angle.</summary>
    private const int Frame = 3;

    private readonly ColumnMaps _circle;

    /// <summary>Coordinates along a Z-matrix.</summary>
    /// <param name="matrix">How atoms are placed, N of them.</param>
    /// <param name="cuts">Where the circle of each dihedral angle begins, in radians, N − 3 of them.</param>
    public ZMatrixCoordinates(ZMatrix matrix, IReadOnlyList<double> cuts)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(cuts.Count, matrix.Rows.Length - Frame, nameof(cuts));
        (Matrix, Cuts, _circle) = (matrix, [.. cuts], new([.. cuts.Select(_ => new BoxMap(0, Math.Tau, Edge))]));
    }

    /// <summary>How atoms are placed.</summary>
    public ZMatrix Matrix { get; }

    /// <summary>Where the circle of each dihedral angle begins, in radians.</summary>
    public IReadOnlyList<double> Cuts { get; }

    /// <summary>N.</summary>
    public int Atoms => Matrix.Rows.Length;

    /// <summary>3N − 6.</summary>
    public int Dimension => (MoleculeSpace.Axes * Atoms) - 6;

    /// <summary>Coordinates whose circles are cut in the middle of the widest gap that the data leave.</summary>
    /// <param name="matrix">How atoms are placed.</param>
    /// <param name="positions">x, [n, N·3].</param>
    public static ZMatrixCoordinates Fit(ZMatrix matrix, Tensor positions)
    {
        using var scope = NewDisposeScope();
        var uncut = new ZMatrixCoordinates(matrix, new double[matrix.Rows.Length - Frame]);
        var angles = uncut.Measured(positions.to(float64)).Dihedrals;
        return new(matrix, [.. Enumerable.Range(0, uncut.Cuts.Count).Select(column => WidestGap(angles.select(1, column).data<double>().ToArray()))]);
    }

    /// <summary>y, [B, 3N − 6]: of distances, angles and dihedral angles, in the matrix's order.</summary>
    /// <inheritdoc/>
    public (Tensor Y, Tensor LogDet) Forward(Tensor x, Tensor? condition = null)
    {
        using var scope = NewDisposeScope();
        var (distances, angles, dihedrals) = Measured(x);
        var (stretched, opened) = (distances.log(), (angles / 2).tan().log());
        var turned = Dihedrals(dihedrals);
        return (cat([stretched, opened, turned.Y], 1).MoveToOuterDisposeScope(), LogDet(stretched, opened, turned.LogDet).MoveToOuterDisposeScope());
    }

    /// <summary>x, [B, N·3], of mean zero.</summary>
    /// <inheritdoc/>
    public (Tensor X, Tensor LogDet) Inverse(Tensor y, Tensor? condition = null)
    {
        using var scope = NewDisposeScope();
        var (stretched, opened) = (y.narrow(1, 0, Atoms - 1), y.narrow(1, Atoms - 1, Atoms - 2));
        var (inCircle, slope) = _circle.Inverse(y.narrow(1, (2 * Atoms) - Frame, Atoms - Frame));
        var positions = Placed(stretched.exp(), 2 * opened.exp().atan(), inCircle + CutsLike(y));
        return ((positions - positions.mean([1], keepdim: true)).flatten(1).MoveToOuterDisposeScope(),
            LogDet(stretched, opened, slope).MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    GraphTransformed IGraphTransform.Forward(GraphValue x, GraphDual? condition)
    {
        var (stretched, opened, dihedrals) = new ZMatrixGraph(Matrix).Measured(x);
        var (place, circle) = (dihedrals - CutsLike(x), x.Of(Math.Tau));
        place = place.Below(0).Choose(place + circle, place.AtLeast(circle).Choose(place - circle, place));
        var turned = ((IGraphTransform)_circle).Forward(place);
        return new(stretched.Append(opened, turned.Value), LogDet(stretched, opened, turned.LogDet));
    }

    /// <inheritdoc/>
    GraphTransformed IGraphTransform.Inverse(GraphValue y, GraphDual? condition)
    {
        var (stretched, opened) = (y.Slice(-1, 0, Atoms - 1), y.Slice(-1, Atoms - 1, Atoms - 2));
        var inCircle = ((IGraphTransform)_circle).Inverse(y.Slice(-1, (2 * Atoms) - Frame, Atoms - Frame));
        return new(new ZMatrixGraph(Matrix).Placed(stretched, opened, inCircle.Value + CutsLike(y)), LogDet(stretched, opened, inCircle.LogDet));
    }

    /// <inheritdoc/>
    public bool Equals(ZMatrixCoordinates? other) => other is not null && Matrix.Equals(other.Matrix) && Cuts.SequenceEqual(other.Cuts);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ZMatrixCoordinates);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Matrix, Cuts.Aggregate(0, HashCode.Combine));

    /// <summary>What it is, for messages.</summary>
    public override string ToString() => "The transform to distances and angles (coordinates: internal)";

    /// <summary>Distances r, [B, N − 1], angles θ, [B, N − 2], and dihedral angles φ, [B, N − 3], between −π and π.</summary>
    private (Tensor Distances, Tensor Angles, Tensor Dihedrals) Measured(Tensor x)
    {
        var positions = x.reshape(x.shape[0], Atoms, MoleculeSpace.Axes);
        Tensor At(int from, Func<ZMatrixRow, int> which) => positions.index_select(1, tensor(Matrix.Rows.Skip(from).Select(row => (long)which(row)).ToArray()));
        var bond = At(1, row => row.Atom) - At(1, row => row.Bonded);
        var distances = Length(bond).squeeze(-1);

        var (ofAngle, axis) = (bond.narrow(1, 1, Atoms - 2), Unit(At(2, row => row.Angle) - At(2, row => row.Bonded)));
        var along = (ofAngle * axis).sum(-1, keepdim: true);
        var across = ofAngle - (along * axis);
        var angles = Length(across).atan2(along).squeeze(-1);

        var (turned, about) = (across.narrow(1, 1, Atoms - Frame), axis.narrow(1, 1, Atoms - Frame));
        var reference = At(Frame, row => row.Dihedral) - At(Frame, row => row.Angle);
        reference -= (reference * about).sum(-1, keepdim: true) * about;
        return (distances, angles, (linalg.cross(reference, about) * turned).sum(-1).atan2((reference * turned).sum(-1)));
    }

    /// <summary>Positions, [B, N, 3]: the first atom at the origin, the second on an axis, the third in a plane.</summary>
    private Tensor Placed(Tensor distances, Tensor angles, Tensor dihedrals)
    {
        var (second, zero) = (distances.select(1, 0), zeros_like(distances.select(1, 0)));
        var places = new Tensor[Atoms];
        places[Matrix.Rows[0].Atom] = stack([zero, zero, zero], 1);
        places[Matrix.Rows[1].Atom] = stack([second, zero, zero], 1);
        for (var number = 2; number < Atoms; number++)
        {
            var row = Matrix.Rows[number];
            var axis = Unit(places[row.Angle] - places[row.Bonded]);
            var reference = number < Frame ? tensor([0.0, 1, 0], dtype: distances.dtype).expand_as(axis) : places[row.Dihedral] - places[row.Angle];
            var first = Unit(reference - ((reference * axis).sum(-1, keepdim: true) * axis));
            Tensor Number(Tensor of, int column) => of.narrow(1, column, 1);
            var (r, theta) = (Number(distances, number - 1), Number(angles, number - 2));
            var direction = number < Frame ? first : (Number(dihedrals, number - Frame).cos() * first)
                + (Number(dihedrals, number - Frame).sin() * linalg.cross(first, axis));
            places[row.Atom] = places[row.Bonded] + (r * ((theta.cos() * axis) + (theta.sin() * direction)));
        }

        return stack(places, 1);
    }

    private (Tensor Y, Tensor LogDet) Dihedrals(Tensor angles) => _circle.Forward((angles - CutsLike(angles)).remainder(Math.Tau));

    private GraphValue CutsLike(GraphValue values) => values.Graph.Constant([.. Cuts], [Cuts.Count], values.Kind);

    private Tensor CutsLike(Tensor values) => tensor([.. Cuts], dtype: values.dtype);

    /// <summary>log p(x) − log p(y), [B], of ln r, ln tan(θ/2), whose slope is 1/sin θ = cosh of it, and the dihedral angles' log-slopes.</summary>
    private Tensor LogDet(Tensor stretched, Tensor opened, Tensor turned) => (-3 * stretched.sum(1)) + (2 * opened.cosh().log().sum(1)) + turned
        - Math.Log(8 * Math.PI * Math.PI) + (1.5 * Math.Log(Atoms));

    /// <summary>The same in a graph of operators; ln cosh y = |y| + ln(1 + e^(−2|y|)) − ln 2.</summary>
    private GraphValue LogDet(GraphValue stretched, GraphValue opened, GraphValue turned)
    {
        var size = opened.Abs();
        return (-3 * stretched.Sum(-1)) + (2 * (size + (1 + (-2 * size).Exp()).Log() - Math.Log(2)).Sum(-1)) + turned
            - Math.Log(8 * Math.PI * Math.PI) + (1.5 * Math.Log(Atoms));
    }

    private static Tensor Length(Tensor vectors) => vectors.square().sum(-1, keepdim: true).sqrt();

    private static Tensor Unit(Tensor vectors) => vectors / Length(vectors);

    /// <summary>The middle of the widest gap around the circle between these angles.</summary>
    private static double WidestGap(double[] angles)
    {
        Array.Sort(angles);
        var (start, width) = angles.Select((angle, i) => (Start: angle, Width: (i + 1 < angles.Length ? angles[i + 1] : angles[0] + Math.Tau) - angle))
            .MaxBy(gap => gap.Width);
        return Math.IEEERemainder(start + (width / 2), Math.Tau);
    }
}
