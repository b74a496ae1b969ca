using FFF.Graphs;

namespace FFF.Spaces;

/// <summary>
/// Distances, angles and dihedral angles of a Z-matrix as graphs of operators. Runtimes have neither arctangents nor cosines in float64, so that only
/// sines are taken, and an arctangent in float32 is the start of one step of Newton's method.
/// </summary>
/// <param name="matrix">How atoms are placed.</param>
internal sealed class ZMatrixGraph(ZMatrix matrix)
{
    private const int Axes = MoleculeSpace.Axes;

    private readonly int _atoms = matrix.Rows.Length;

    /// <summary>ln r, [B, N − 1], ln tan(θ/2), [B, N − 2], and dihedral angles, [B, N − 3], between −π and π, of positions [B, N·3].</summary>
    public (GraphValue Stretched, GraphValue Opened, GraphValue Dihedrals) Measured(GraphValue x)
    {
        var positions = x.Reshape(0, _atoms, Axes);
        GraphValue At(int from, Func<ZMatrixRow, int> which) =>
            positions.Gather(x.Graph.Integers([.. matrix.Rows.Skip(from).Select(row => (long)which(row))]), 1);

        var bond = At(1, row => row.Atom) - At(1, row => row.Bonded);
        var distances = Length(bond);
        var (ofAngle, axis) = (bond.Slice(1, 1, _atoms - 2), Unit(At(2, row => row.Angle) - At(2, row => row.Bonded)));
        var along = Dot(ofAngle, axis);
        var across = ofAngle - (along * axis);

        // Of both forms of tan(θ/2) the one without a difference of like numbers.
        var (r, height) = (distances.Slice(1, 1, _atoms - 2), Length(across));
        var tangent = along.AtLeast(0).Choose(height / (r + along), (r - along) / height);

        var (turned, about) = (across.Slice(1, 1, _atoms - 3), axis.Slice(1, 1, _atoms - 3));
        var reference = At(3, row => row.Dihedral) - At(3, row => row.Angle);
        reference -= Dot(reference, about) * about;
        return (distances.Squeeze(-1).Log(), tangent.Squeeze(-1).Log(), Angle(Dot(Cross(reference, about), turned), Dot(reference, turned)).Squeeze(-1));
    }

    /// <summary>Positions of mean zero, [B, N·3], of ln r, ln tan(θ/2) and dihedral angles.</summary>
    public GraphValue Placed(GraphValue stretched, GraphValue opened, GraphValue dihedrals)
    {
        var places = new GraphValue[_atoms];
        var (distances, zero) = (stretched.Exp(), 0 * stretched.Slice(-1, 0, 1));
        places[matrix.Rows[0].Atom] = zero.Append(zero, zero);
        places[matrix.Rows[1].Atom] = distances.Slice(-1, 0, 1).Append(zero, zero);
        for (var number = 2; number < _atoms; number++)
        {
            var row = matrix.Rows[number];
            var axis = Unit(places[row.Angle] - places[row.Bonded]);
            var reference = number < 3 ? zero.Append(1 + zero, zero) : places[row.Dihedral] - places[row.Angle];
            var direction = Unit(reference - (Dot(reference, axis) * axis));
            if (number > 2)
            {
                var phi = dihedrals.Slice(-1, number - 3, 1);
                direction = (Cosine(phi) * direction) + (phi.Apply("Sin") * Cross(direction, axis));
            }

            // cos θ = −tanh y and sin θ = 1 / cosh y of y = ln tan(θ/2).
            var size = opened.Slice(-1, number - 2, 1);
            var shrunk = (-size.Abs()).Exp();
            var cosine = size.Apply("Sign") * ((shrunk.Square() - 1) / (1 + shrunk.Square()));
            var sine = 2 * shrunk / (1 + shrunk.Square());
            places[row.Atom] = places[row.Bonded] + (distances.Slice(-1, number - 1, 1) * ((cosine * axis) + (sine * direction)));
        }

        var positions = places[0].Append(places.AsSpan(1)).Reshape(0, _atoms, Axes);
        return (positions - (positions.Sum(1, keeps: true) / _atoms)).Reshape(0, _atoms * Axes);
    }

    /// <summary>The angle of a sine and a cosine that have a common factor, between −π and π.</summary>
    private static GraphValue Angle(GraphValue sine, GraphValue cosine)
    {
        var length = (sine.Square() + cosine.Square()).Sqrt();
        var (s, c) = (sine / length, cosine / length);
        var half = 2 * (s.Abs() / (1 + c.Abs())).Cast(ElementKind.Single).Apply("Atan").Cast(s.Kind);
        var upper = c.AtLeast(0).Choose(half, Math.PI - half);
        var start = s.AtLeast(0).Choose(upper, -upper);
        return start + (s * Cosine(start)) - (c * start.Apply("Sin"));
    }

    private static GraphValue Cosine(GraphValue angle) => (angle + (Math.PI / 2)).Apply("Sin");

    private static GraphValue Dot(GraphValue a, GraphValue b) => (a * b).Sum(-1, keeps: true);

    private static GraphValue Length(GraphValue vectors) => Dot(vectors, vectors).Sqrt();

    private static GraphValue Unit(GraphValue vectors) => vectors / Length(vectors);

    private static GraphValue Cross(GraphValue a, GraphValue b)
    {
        GraphValue Turned(GraphValue vectors, params long[] order) => vectors.Gather(vectors.Graph.Integers(order), -1);
        return (Turned(a, 1, 2, 0) * Turned(b, 2, 0, 1)) - (Turned(a, 2, 0, 1) * Turned(b, 1, 2, 0));
    }
}
