using FFF.Datasets.Sbi;
using static TorchSharp.torch;

namespace FFF.Sampling;

/// <summary>
/// Samples of the posterior p(θ | x) of a benchmark task, inside the prior's support. Conditions are observations in the
/// task's own units, which the model is given as <see cref="ISbiTask.ToCondition"/>.
/// </summary>
public sealed class PosteriorSampler : ISampler
{
    private readonly ISbiTask _task;
    private readonly SupportSampler _inner;

    /// <summary>Samples of a model that was trained on the task.</summary>
    /// <param name="model">The model.</param>
    /// <param name="task">The task.</param>
    public PosteriorSampler(DensityModel model, ISbiTask task) => (_task, _inner) = (task, new(new ModelSampler(model), task.InSupport));

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There is no observation, or the simulator cannot give such a one.</exception>
    public DrawnSamples Draw(SampleRequest request)
    {
        using var condition = ConditionOf(_task, request.Condition ?? throw new ArgumentException(
            $"The posterior of the task '{_task.Name}' needs an observation of {_task.DataDimension} numbers.", nameof(request)));
        return _inner.Draw(request with { Condition = condition });
    }

    /// <summary>What the model is conditioned on, [..., C'], for x, [..., C].</summary>
    internal static Tensor ConditionOf(ISbiTask task, Tensor data)
    {
        if (data.shape[^1] != task.DataDimension)
        {
            throw new ArgumentException($"The condition has {data.shape[^1]} numbers, but the data of the task '{task.Name}' have {task.DataDimension}.",
                nameof(data));
        }

        using var scope = NewDisposeScope();
        var condition = task.ToCondition(data);
        if (!condition.isfinite().all().item<bool>())
        {
            throw new ArgumentException(
                $"The condition is no data of the task '{task.Name}': some of its numbers are not finite, or outside of what the simulator can give.",
                nameof(data));
        }

        return condition.MoveToOuterDisposeScope();
    }
}
