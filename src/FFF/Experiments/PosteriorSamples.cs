using FFF.Datasets;
using FFF.Datasets.Sbi;
using FFF.Flows;
using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Experiments;

/// <summary>Samples of the posterior p(θ | x) that a flow has learnt, inside the prior's support.</summary>
/// <remarks>
/// Observations are given and parameters returned in the task's own units. What the flow itself has learnt, the density of
/// <see cref="LearntParameters"/> u given <see cref="ISbiTask.ToCondition"/>, is translated here: ln p(θ | x) = ln p(u | x) + ln|det ∂u/∂θ|.
/// </remarks>
public static class PosteriorSamples
{
    private const int MostRounds = 10_000;

    /// <summary>Draws θ given one observation; samples outside the support are drawn again.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="task">The task, whose prior's support counts.</param>
    /// <param name="observation">x, [C].</param>
    /// <param name="count">N.</param>
    /// <param name="seed">Of the samples.</param>
    /// <param name="stream">Tells draws of one seed apart, such as the observation's number.</param>
    /// <param name="temperature">T: latents are scaled by √T.</param>
    /// <returns>[N, D].</returns>
    /// <exception cref="DatasetException">Hardly any sample lies in the support.</exception>
    /// <exception cref="ArgumentException">The simulator cannot give such an observation.</exception>
    public static AcceptedSamples Draw(TrainedFlow flow, ISbiTask task, Tensor observation, long count, long seed, long stream, double temperature = 1)
    {
        using var condition = Condition(task, observation);
        var round = 0;
        return SupportRejection.Draw(
            wanted =>
            {
                using var learnt = flow.Sample(wanted, condition, NamedSeed.Derive(seed, "posterior", stream, round++), temperature);
                return task.FromLearnt(learnt);
            },
            task.InSupport,
            count);
    }

    /// <summary>The same samples as <see cref="Draw"/> up to rounding, each with the flow's log-density as a last column.</summary>
    /// <inheritdoc cref="Draw"/>
    /// <returns>[N, D + 1], float64. The density is the flow's own: inside the support it integrates to the accepted share.</returns>
    public static AcceptedSamples DrawWithLogProb(
        TrainedFlow flow, ISbiTask task, Tensor observation, long count, long seed, long stream, double temperature = 1)
    {
        using var condition = Condition(task, observation);
        var round = 0;
        return SupportRejection.Draw(
            wanted => WithLogProb(flow, task, wanted, condition, NamedSeed.Derive(seed, "posterior", stream, round++), temperature),
            rows => InSupport(flow, task, rows), count);
    }

    /// <summary>Draws one θ for each of several x; those outside the support are drawn again.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="task">The task, whose prior's support counts.</param>
    /// <param name="conditions">x, [N, C].</param>
    /// <param name="seed">Of the samples.</param>
    /// <param name="temperature">T: latents are scaled by √T.</param>
    /// <returns>[N, D], float64.</returns>
    /// <exception cref="DatasetException">For some x, hardly any sample lies in the support.</exception>
    /// <exception cref="ArgumentException">The simulator cannot give some x.</exception>
    public static AcceptedSamples DrawEach(TrainedFlow flow, ISbiTask task, Tensor conditions, long seed, double temperature = 1) =>
        Each(flow, task, conditions, flow.Dimension, (condition, round) =>
        {
            using var learnt = flow.Sample(condition.shape[0], condition, NamedSeed.Derive(seed, "posterior/each", round), temperature);
            using var parameters = task.FromLearnt(learnt);
            return parameters.to(float64);
        });

    /// <summary>The same samples as <see cref="DrawEach"/> up to rounding, each with the flow's log-density as a last column.</summary>
    /// <inheritdoc cref="DrawEach"/>
    /// <returns>[N, D + 1], float64. The density is the flow's own, as of <see cref="DrawWithLogProb"/>.</returns>
    public static AcceptedSamples DrawEachWithLogProb(TrainedFlow flow, ISbiTask task, Tensor conditions, long seed, double temperature = 1) =>
        Each(flow, task, conditions, flow.Dimension + 1, (condition, round) =>
            WithLogProb(flow, task, condition.shape[0], condition, NamedSeed.Derive(seed, "posterior/each", round), temperature));

    /// <summary>Draws rows of this width until each lies in the support.</summary>
    private static AcceptedSamples Each(TrainedFlow flow, ISbiTask task, Tensor conditions, int width, Func<Tensor, int, Tensor> draw)
    {
        using var scope = NewDisposeScope();
        conditions = Condition(task, conditions);
        var count = conditions.shape[0];
        var accepted = zeros([count, width], float64);
        var pending = arange(count);
        var drawn = 0L;
        for (var round = 0; pending.shape[0] > 0; round++)
        {
            if (round == MostRounds)
            {
                throw new DatasetException($"Row {pending[0].item<long>() + 1} of the conditions: none of {MostRounds} samples lies in the prior's support. The flow has not learnt this posterior: train it longer, or check that the condition is one that the task's simulator can give.");
            }

            using var inner = NewDisposeScope();
            var rows = draw(conditions.index_select(0, pending), round);
            drawn += rows.shape[0];
            var inside = InSupport(flow, task, rows) ?? ones(rows.shape[0], dtype: ScalarType.Bool);
            accepted[pending[inside]] = rows[inside];
            pending = pending[inside.logical_not()].MoveToOuterDisposeScope();
        }

        return new AcceptedSamples(accepted.MoveToOuterDisposeScope(), drawn == 0 ? 1 : (double)count / drawn);
    }

    private static Tensor? InSupport(TrainedFlow flow, ISbiTask task, Tensor rows) => task.InSupport(rows.narrow(1, 0, flow.Dimension));

    private static Tensor WithLogProb(TrainedFlow flow, ISbiTask task, long count, Tensor condition, long seed, double temperature)
    {
        using var scope = NewDisposeScope();
        var (learnt, logProb) = flow.SampleWithLogProb(count, condition, seed, temperature);
        var density = logProb.to(float64) + task.LogDetJacobian(learnt.to(float64));
        return cat([task.FromLearnt(learnt).to(float64), density.unsqueeze(1)], 1).MoveToOuterDisposeScope();
    }

    /// <summary>What the flow is conditioned on, [..., C'], for x, [..., C].</summary>
    private static Tensor Condition(ISbiTask task, Tensor data)
    {
        if (data.shape[^1] != task.DataDimension)
        {
            throw new ArgumentException($"The condition has {data.shape[^1]} numbers, but the data of the task '{task.Name}' have {task.DataDimension}.", nameof(data));
        }

        using var scope = NewDisposeScope();
        var condition = task.ToCondition(data);
        if (!condition.isfinite().all().item<bool>())
        {
            throw new ArgumentException($"The condition is no data of the task '{task.Name}': some of its numbers are not finite, or outside of what the simulator can give.", nameof(data));
        }

        return condition.MoveToOuterDisposeScope();
    }
}
