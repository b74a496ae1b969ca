using FFF.Graphs;
using static TorchSharp.torch;

namespace FFF.Transforms;

/// <summary>What rows go through last before a flow is given them: maps of single columns, fitted to the training rows, then centring and scaling.</summary>
/// <param name="Maps">The maps; null where no column has one.</param>
/// <param name="Standardizer">Centres and scales what the maps make.</param>
internal sealed record RowScaling(ColumnMaps? Maps, Standardizer Standardizer) : ITransform, IGraphTransform
{
    private readonly Chain _chain = new([.. new ITransform?[] { Maps, Standardizer }.OfType<ITransform>()]);

    /// <summary>The type in which rows come back.</summary>
    public ScalarType Type => Standardizer.Mean.dtype;

    /// <summary>Whether rows stay as they are.</summary>
    public bool IsIdentity
    {
        get
        {
            using var scope = NewDisposeScope();
            return Maps is null && (Standardizer.Mean.eq(0) & Standardizer.Std.eq(1)).all().item<bool>();
        }
    }

    /// <inheritdoc/>
    public (Tensor Y, Tensor LogDet) Forward(Tensor x, Tensor? condition = null) => _chain.Forward(x);

    /// <inheritdoc/>
    public (Tensor X, Tensor LogDet) Inverse(Tensor y, Tensor? condition = null) => _chain.Inverse(y);

    /// <summary>Fits it, and tells which columns have heavy tails.</summary>
    /// <param name="first">The first training rows, [n, columns].</param>
    /// <param name="before">What rows go through before; null if nothing.</param>
    /// <param name="momentsAfter">The moments of all training rows behind a transform.</param>
    /// <param name="scalings">How each column is scaled.</param>
    /// <returns>float64, on the CPU, with the moments behind its maps.</returns>
    /// <exception cref="ArgumentException">A column is constant, and standardised.</exception>
    public static (RowScaling Scaling, ColumnMoments Moments) Fit(
        Tensor first, ITransform? before, Func<ITransform?, ColumnMoments> momentsAfter, IReadOnlyList<Scaling> scalings)
    {
        using var scope = NewDisposeScope();
        var rows = first.narrow(0, 0, Math.Min(first.shape[0], HeavyTails.MaxRows)).to(float64);
        var seen = before is null ? rows : before.Forward(rows).Y;
        var moments = momentsAfter(before);
        var columns = scalings.Index().Select(column => Map(seen.select(1, column.Index), column.Item, moments.Least[column.Index])).ToList();
        var maps = columns.TrueForAll(map => map is null) ? null : new ColumnMaps(columns);
        if (maps is not null)
        {
            moments = momentsAfter(new Chain([.. new[] { before, maps }.OfType<ITransform>()]));
            seen = maps.Forward(seen).Y;
        }

        if (scalings.Index().Any(column => column.Item != Scaling.None && moments.Least[column.Index] == moments.Greatest[column.Index]))
        {
            _ = Standardizer.Of(moments);
        }

        var (mean, std) = ((double[])[.. moments.Mean], (double[])[.. moments.Std]);
        foreach (var (column, scaling) in scalings.Index())
        {
            if (scaling == Scaling.None)
            {
                (mean[column], std[column]) = (0, 1);
            }
            else if (scaling == Scaling.Robust && HeavyTails.Middle(seen.select(1, column)) is (var median, > 0 and var spread))
            {
                (mean[column], std[column]) = (median, spread);
            }
        }

        var standardizer = scalings.Contains(Scaling.None) || scalings.Contains(Scaling.Robust)
            ? new Standardizer(tensor(mean), tensor(std))
            : Standardizer.Of(moments);
        return (new(maps, standardizer.MoveToOuterDisposeScope()), moments);
    }

    /// <summary>The same with numbers of another type.</summary>
    public RowScaling To(ScalarType type) => new(Maps, new(Standardizer.Mean.to(type), Standardizer.Std.to(type)));

    /// <summary>The same in tensors of its own.</summary>
    public RowScaling Copy() => new(Maps, Standardizer.Copy());

    /// <summary>Its tensors under the names by which they are saved.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> NamedTensors(string prefix) =>
        [.. Standardizer.NamedTensors(prefix), .. ColumnMapFile.Write(Maps, prefix)];

    /// <summary>What <see cref="NamedTensors"/> gave, from a saved file.</summary>
    /// <exception cref="ArgumentException">It is missing or damaged.</exception>
    public static RowScaling From(IReadOnlyDictionary<string, Tensor> tensors, string prefix)
    {
        var standardizer = Standardizer.From(tensors, prefix);
        return new(ColumnMapFile.Read(tensors, prefix, (int)standardizer.Mean.shape[0]), standardizer);
    }

    private static ColumnMap? Map(Tensor column, Scaling scaling, double least) => scaling switch
    {
        Scaling.Log => HeavyTails.Logarithm(column, least),
        Scaling.Rank => HeavyTails.Ranks(column),
        Scaling.Auto when HeavyTails.Ratio(column) > HeavyTails.MostRatio => Automatic(column, least),
        _ => null,
    };

    /// <summary>The logarithm, unless its tails are heavy too.</summary>
    private static ColumnMap? Automatic(Tensor column, double least)
    {
        using var scope = NewDisposeScope();
        var logarithm = HeavyTails.Logarithm(column, least);
        return HeavyTails.Ratio(logarithm.Forward(column)) <= HeavyTails.MostRatio ? logarithm : HeavyTails.Ranks(column);
    }

    /// <inheritdoc/>
    GraphTransformed IGraphTransform.Forward(GraphValue x, GraphDual? condition) => _chain.AsGraph().Forward(x);

    /// <inheritdoc/>
    GraphTransformed IGraphTransform.Inverse(GraphValue y, GraphDual? condition) => _chain.AsGraph().Inverse(y);
}
