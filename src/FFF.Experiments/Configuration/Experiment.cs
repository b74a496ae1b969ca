using System.ComponentModel.DataAnnotations;
using FFF.Configuration.Binding;
using FFF.Datasets;
using FFF.Datasets.Particles;
using FFF.Flows;
using FFF.Options;
using FFF.Spaces;
using FFF.Training;

namespace FFF.Configuration;

/// <summary>Everything that defines a training run; together with the program's version, enough to repeat it.</summary>
[MovedKey("flow", "method.flow")]
[MovedKey("objective", "method.objective")]
public sealed record Experiment : IValidated, IResolved
{
    /// <summary>The name under which runs are kept: letters, digits, '.', '_' and '-', at most 100, the first no '.'.</summary>
    [RegularExpression(@"^(?!\.)[A-Za-z0-9._-]{1,100}$", ErrorMessage = "letters, digits, '.', '_' and '-', at most 100, the first no '.'")]
    public required string Name { get; init; }

    /// <summary>The seed from which every random number of the run is derived.</summary>
    public long Seed { get; init; }

    /// <summary>What is learnt.</summary>
    public required DataConfig Data { get; init; }

    /// <summary>The method that learns it.</summary>
    public MethodConfig Method { get; init; } = new FreeFormMethod();

    /// <summary>How the objective is minimised.</summary>
    public TrainingConfig Training { get; init; } = new();

    /// <summary>The evaluations that run when training ends.</summary>
    public IReadOnlyList<EvaluationConfig> Evaluate { get; init; } = [];

    /// <summary>How large a training step is; null where the method does not tell.</summary>
    /// <param name="space">What the data are points of.</param>
    /// <param name="conditions">C.</param>
    public StepCost? StepCost(Space space, int conditions) => Method.CostWithEmbedding(new(space, conditions, Training.BatchSize))?.Times(Training.Ensemble);

    /// <summary>What is asked of the data for this experiment.</summary>
    internal DataRequest Request(Action<string>? warn = null, IProgress<SamplingProgress>? progress = null, CancellationToken stop = default) =>
        new(Seed, warn, progress, stop) { ConditionsAlike = Method.ConditionsAlike };

    /// <inheritdoc/>
    IEnumerable<Rule> IValidated.Rules =>
    [
        .. Evaluate.Select(evaluation => new Rule(() => evaluation.Misfit(this), nameof(Evaluate), nameof(Data))),
        new(() => Data.Misfit(Method), nameof(Method), nameof(Data)),
        new(() => Training.Ensemble > 1 && Outline() is MoleculeSpace
                ? "expected 1 for molecules, whose flow has no exact density of its samples, and so none of a mixture"
                : null,
            $"{nameof(Training)}.{nameof(Training.Ensemble)}", nameof(Data)),
        .. (Outline() is { } space ? Method.Unused(space) : [])
            .Select(unused => new Rule(() => unused.Problem, $"{nameof(Method)}.{unused.Property}") { IsOfUnusedKey = true }),
    ];

    /// <summary>The same experiment with all that its data decide.</summary>
    object IResolved.Resolve() => Outline() is { } space ? this with { Method = Method.For(space) } : this;

    /// <summary>What the data are points of; null where they are not described well enough, which is told elsewhere.</summary>
    private Space? Outline()
    {
        try
        {
            return Data?.Outline.Space;
        }
        catch (Exception e) when (e is DatasetException or ArgumentException)
        {
            return null;
        }
    }
}
