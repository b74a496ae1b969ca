using FFF.Configuration;
using FFF.Datasets;
using FFF.Datasets.Sbi;
using FFF.Flows;
using static TorchSharp.torch;

namespace FFF.Experiments;

/// <summary>What is to be drawn from a run.</summary>
public sealed record SampleRequest
{
    /// <summary>N.</summary>
    public required long Count { get; init; }

    /// <summary>One condition for all, [C], or one each, [N, C]; null where the flow has none.</summary>
    public Tensor? Condition { get; init; }

    /// <summary>T: latents are scaled by √T.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>The same seed draws the same.</summary>
    public required long Seed { get; init; }

    /// <summary>Tells draws of one seed apart, such as the observation's number.</summary>
    public long Stream { get; init; }

    /// <summary>Whether the log-densities are wanted too.</summary>
    public bool LogProb { get; init; }
}

/// <summary>What was drawn.</summary>
/// <param name="Values">The samples, [N, D], in the data's own units.</param>
/// <param name="LogProb">The flow's log-density of each, [N]; null if not asked for.</param>
/// <param name="AcceptedShare">The share of all samples that lay in the prior's support; null where there is no prior.</param>
public sealed record DrawnSamples(Tensor Values, Tensor? LogProb, double? AcceptedShare);

/// <summary>A condition does not fit the flow; the message says what would.</summary>
public sealed class ConditionException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Samples of a trained run.</summary>
public static class RunSamples
{
    /// <summary>Draws samples; those of a benchmark task lie inside its prior's support.</summary>
    /// <exception cref="ConditionException">The condition does not fit the flow, or there is none where one is needed.</exception>
    /// <exception cref="DatasetException">Hardly any sample lies in the support.</exception>
    public static DrawnSamples Draw(LoadedRun run, SampleRequest request)
    {
        // Where the samples have no place in memory, that is told before hours are spent on the first of them.
        using (empty(request.Count, run.Flow.Dimension))
        {
        }

        try
        {
            return run.Experiment.Data is SbiData sbi && request.Condition is { } observed
                ? DrawPosterior(run.Flow, SbiTasks.Get(sbi.Task), observed, request)
                : DrawDensity(run.Flow, request);
        }
        catch (ArgumentException e)
        {
            throw new ConditionException(e.Plain(), e);
        }
    }

    private static DrawnSamples DrawDensity(TrainedFlow flow, SampleRequest request)
    {
        if (!request.LogProb)
        {
            return new(flow.Sample(request.Count, request.Condition, request.Seed, request.Temperature), null, null);
        }

        var (samples, logProb) = flow.SampleWithLogProb(request.Count, request.Condition, request.Seed, request.Temperature);
        return new(samples, logProb, null);
    }

    private static DrawnSamples DrawPosterior(TrainedFlow flow, ISbiTask task, Tensor condition, SampleRequest request)
    {
        if (condition.dim() == 1 && !request.LogProb)
        {
            var plain = PosteriorSamples.Draw(flow, task, condition, request.Count, request.Seed, request.Stream, request.Temperature);
            return new(plain.Values, null, plain.AcceptedShare);
        }

        if (condition.dim() == 2 && condition.shape[0] != request.Count)
        {
            throw new ConditionException($"There are {condition.shape[0]} conditions for {request.Count} samples: give one, or one for each sample.");
        }

        var rows = (condition.dim(), request.LogProb) switch
        {
            (1, _) => PosteriorSamples.DrawWithLogProb(flow, task, condition, request.Count, request.Seed, request.Stream, request.Temperature),
            (_, true) => PosteriorSamples.DrawEachWithLogProb(flow, task, condition, request.Seed, request.Temperature),
            _ => PosteriorSamples.DrawEach(flow, task, condition, request.Seed, request.Temperature),
        };
        using var values = rows.Values;
        return new(values.narrow(1, 0, flow.Dimension).to(float32), request.LogProb ? values.select(1, flow.Dimension).contiguous() : null, rows.AcceptedShare);
    }
}
