using FFF.Graphs;
using static TorchSharp.torch;

namespace FFF.Transforms;

/// <summary>Standardisation y = (x − mean) / std by column: log|det ∂y/∂x| = −Σᵢ log stdᵢ.</summary>
/// <param name="Mean">The mean of each column, [D].</param>
/// <param name="Std">The standard deviation of each column, [D]; all positive.</param>
public sealed record Standardizer(Tensor Mean, Tensor Std) : ITransform, IGraphTransform
{
    private const string MeanName = "mean";
    private const string StdName = "std";

    /// <summary>Mean and (population) standard deviation of data, [N, D]; computed in float64, kept in the data's type on their device.</summary>
    /// <exception cref="ArgumentException">A column is constant, so its standard deviation is 0.</exception>
    public static Standardizer Fit(Tensor data)
    {
        using var scope = NewDisposeScope();
        var fitted = Of(ColumnMoments.Of(data));
        return new Standardizer(
            fitted.Mean.to(data.dtype).to(data.device).MoveToOuterDisposeScope(), fitted.Std.to(data.dtype).to(data.device).MoveToOuterDisposeScope());
    }

    /// <summary>The same of rows whose moments are known; float64 on the CPU.</summary>
    /// <exception cref="ArgumentException">A column is constant, so its standard deviation is 0.</exception>
    internal static Standardizer Of(ColumnMoments moments) => moments.Constant is { } column
        ? throw new ArgumentException(
            $"Column {column} (counted from 0) has the same value in all of {moments.Rows} rows and cannot be standardised: its standard deviation is 0.")
        : new Standardizer(tensor(moments.Mean), tensor(moments.Std));

    /// <summary>Leaves D columns as they are; float32 on the CPU.</summary>
    public static Standardizer Identity(int dimension) => new(zeros(dimension), ones(dimension));

    /// <inheritdoc/>
    public (Tensor Y, Tensor LogDet) Forward(Tensor x, Tensor? condition = null)
    {
        using var centred = x - Mean;
        return (centred / Std, LogDet());
    }

    /// <inheritdoc/>
    public (Tensor X, Tensor LogDet) Inverse(Tensor y, Tensor? condition = null)
    {
        using var scaled = y * Std;
        return (scaled + Mean, LogDet());
    }

    /// <summary>The same in tensors of its own.</summary>
    public Standardizer Copy() => new(Mean.clone(), Std.clone());

    /// <summary>Lets its tensors outlive the present scope.</summary>
    public Standardizer MoveToOuterDisposeScope()
    {
        Mean.MoveToOuterDisposeScope();
        Std.MoveToOuterDisposeScope();
        return this;
    }

    /// <summary>Both tensors under the names by which they are saved: <c>prefix.mean</c> and <c>prefix.std</c>.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> NamedTensors(string prefix) => [($"{prefix}.{MeanName}", Mean), ($"{prefix}.{StdName}", Std)];

    /// <summary>What <see cref="NamedTensors"/> gave, from a saved file.</summary>
    /// <exception cref="ArgumentException">They are missing, or no means and standard deviations.</exception>
    public static Standardizer From(IReadOnlyDictionary<string, Tensor> tensors, string prefix)
    {
        if (!tensors.TryGetValue($"{prefix}.{MeanName}", out var mean) || !tensors.TryGetValue($"{prefix}.{StdName}", out var std))
        {
            throw new ArgumentException($"The checkpoint has no '{prefix}.{MeanName}' or no '{prefix}.{StdName}': it was not written by this program.",
                nameof(tensors));
        }

        using var scope = NewDisposeScope();
        return mean.dim() == 1 && mean.numel() > 0 && mean.shape.SequenceEqual(std.shape) && mean.dtype == std.dtype && mean.is_floating_point()
            && mean.isfinite().all().item<bool>() && (std.isfinite() & (std > 0)).all().item<bool>()
            ? new Standardizer(mean, std)
            : throw new ArgumentException($"The checkpoint is damaged: '{prefix}.{MeanName}' and '{prefix}.{StdName}' are no means and standard deviations.",
                nameof(tensors));
    }

    private Tensor LogDet()
    {
        using var scope = NewDisposeScope();
        return (-Std.to(float64).log().sum()).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    GraphTransformed IGraphTransform.Forward(GraphValue x, GraphDual? condition) => new((x - Numbers(x, Mean)) / Numbers(x, Std), LogDet(x));

    /// <inheritdoc/>
    GraphTransformed IGraphTransform.Inverse(GraphValue y, GraphDual? condition) => new((y * Numbers(y, Std)) + Numbers(y, Mean), LogDet(y));

    private static GraphValue Numbers(GraphValue like, Tensor values) => like.Graph.Constant(values, like.Kind);

    private GraphValue LogDet(GraphValue like)
    {
        using var logDet = LogDet();
        return like.Of(logDet.item<double>());
    }
}
