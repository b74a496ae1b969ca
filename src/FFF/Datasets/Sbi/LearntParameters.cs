using static TorchSharp.torch;

namespace FFF.Datasets.Sbi;

/// <summary>In which units a flow learns the parameters of a task.</summary>
public enum ParameterScale
{
    /// <summary>As they are: u = θ.</summary>
    Linear,

    /// <summary>By their logarithms, u = ln θ: for positive parameters. No sample of a flow can then be negative, and heavy tails become light ones.</summary>
    Logarithmic,
}

/// <summary>
/// The parameters u that a flow learns in place of θ (<see cref="ISbiTask.ParameterScale"/>): a data set holds u; posterior
/// samples are turned back into θ before anyone sees them.
/// </summary>
/// <remarks>Densities transform by ln p(θ) = ln p(u) + ln|det ∂u/∂θ|.</remarks>
public static class LearntParameters
{
    /// <summary>u of θ: [N, D] to [N, D].</summary>
    public static Tensor ToLearnt(this ISbiTask task, Tensor parameters) => task.ParameterScale switch
    {
        ParameterScale.Logarithmic => parameters.log(),
        _ => parameters.alias(),
    };

    /// <summary>θ of u: [N, D] to [N, D].</summary>
    public static Tensor FromLearnt(this ISbiTask task, Tensor learnt) => task.ParameterScale switch
    {
        ParameterScale.Logarithmic => learnt.exp(),
        _ => learnt.alias(),
    };

    /// <summary>ln|det ∂u/∂θ| as a function of u, [N, D] to [N]: -Σᵢ uᵢ where u = ln θ, else 0.</summary>
    public static Tensor LogDetJacobian(this ISbiTask task, Tensor learnt)
    {
        using var scope = NewDisposeScope();
        return (task.ParameterScale switch
        {
            ParameterScale.Logarithmic => -learnt.sum(1),
            _ => learnt.new_zeros(learnt.shape[0]),
        }).MoveToOuterDisposeScope();
    }
}
