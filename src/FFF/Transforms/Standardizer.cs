using static TorchSharp.torch;

namespace FFF.Transforms;

/// <summary>Standardisation y = (x − mean) / std by column: log|det ∂y/∂x| = −Σᵢ log stdᵢ.</summary>
/// <param name="Mean">The mean of each column, [D].</param>
/// <param name="Std">The standard deviation of each column, [D]; all positive.</param>
public sealed record Standardizer(Tensor Mean, Tensor Std) : ITransform
{
    private const string MeanName = "mean";
    private const string StdName = "std";

    /// <summary>Mean and (population) standard deviation of data, [N, D]; computed in float64, kept in the data's type on their device.</summary>
    /// <exception cref="ArgumentException">A column is constant, so its standard deviation is 0.</exception>
    public static Standardizer Fit(Tensor data)
    {
        if (ConstantColumn.FirstOrNull(data) is { } column)
        {
            throw new ArgumentException(
                $"Column {column} (counted from 0) has the same value in all of {data.shape[0]} rows and cannot be standardised: its standard deviation is 0.",
                nameof(data));
        }

        using var scope = NewDisposeScope();
        var numbers = data.to(float64);
        var unit = Unit(numbers);

        // The sum of many numbers far from zero is rounded by more than they vary: what is left of the mean is added in a second pass.
        var scaled = numbers / unit;
        var rough = scaled.mean([0]);
        var (std, rest) = std_mean(scaled - rough, [0], unbiased: false);
        var mean = rough + rest;
        return new Standardizer((mean * unit).to(data.dtype).MoveToOuterDisposeScope(), (std * unit).to(data.dtype).MoveToOuterDisposeScope());
    }

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

    /// <summary>
    /// A power of two of about each column's size, [D]: squares of 1e-200 and sums of 1e308 have no place in float64, and dividing by it rounds nothing.
    /// </summary>
    private static Tensor Unit(Tensor data)
    {
        using var largest = data.abs().amax(0).cpu();
        return tensor(largest.data<double>().Select(size => Math.ScaleB(1, Math.ILogB(size))).ToArray(), device: data.device);
    }

    private Tensor LogDet()
    {
        using var scope = NewDisposeScope();
        return (-Std.to(float64).log().sum()).MoveToOuterDisposeScope();
    }
}
