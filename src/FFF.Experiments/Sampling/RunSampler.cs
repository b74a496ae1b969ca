using FFF.Datasets;
using FFF.Errors;
using FFF.Runs;
using static TorchSharp.torch;

namespace FFF.Sampling;

/// <summary>A condition does not fit the flow; the message says what would.</summary>
public sealed class ConditionException(string message, Exception? inner = null) : InputException(message, inner);

/// <summary>Samples of a trained run; those of a benchmark task lie inside its prior's support.</summary>
/// <param name="run">The run.</param>
public sealed class RunSampler(LoadedRun run) : ISampler
{
    /// <inheritdoc/>
    /// <exception cref="ConditionException">The condition does not fit the flow, or there is none where one is needed.</exception>
    /// <exception cref="DatasetException">Hardly any sample lies in the support.</exception>
    public DrawnSamples Draw(SampleRequest request)
    {
        // Where the samples have no place in memory, that is told before hours are spent on the first of them.
        using (empty(request.Count, run.Flow.Dimension))
        {
        }

        ISampler sampler = run.Experiment.Data.Inference is { } task && request.Condition is not null
            ? new PosteriorSampler(run.Flow, task)
            : new ModelSampler(run.Flow);
        try
        {
            return sampler.Draw(request);
        }
        catch (ArgumentException e)
        {
            throw new ConditionException(e.Plain(), e);
        }
    }
}
