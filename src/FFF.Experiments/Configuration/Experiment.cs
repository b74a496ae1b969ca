using System.ComponentModel.DataAnnotations;
using FFF.Flows;
using FFF.Options;
using FFF.Spaces;
using FFF.Training;

namespace FFF.Configuration;

/// <summary>Everything that defines a training run; together with the program's version, enough to repeat it.</summary>
public sealed record Experiment : IValidated
{
    /// <summary>The name under which runs are kept: letters, digits, '.', '_' and '-', at most 100, the first no '.'.</summary>
    [RegularExpression(@"^(?!\.)[A-Za-z0-9._-]{1,100}$", ErrorMessage = "letters, digits, '.', '_' and '-', at most 100, the first no '.'")]
    public required string Name { get; init; }

    /// <summary>The seed from which every random number of the run is derived.</summary>
    public long Seed { get; init; }

    /// <summary>What is learnt.</summary>
    public required DataConfig Data { get; init; }

    /// <summary>Encoder, decoder and latent density of the free-form flow; other methods do not use this key.</summary>
    public FlowConfig Flow { get; init; } = new();

    /// <summary>The training objective of the free-form flow; other methods do not use this key.</summary>
    public ObjectiveConfig Objective { get; init; } = new();

    /// <summary>The method that learns it.</summary>
    public MethodConfig Method { get; init; } = new FreeFormMethod();

    /// <summary>How the objective is minimised.</summary>
    public TrainingConfig Training { get; init; } = new();

    /// <summary>The evaluations that run when training ends.</summary>
    public IReadOnlyList<EvaluationConfig> Evaluate { get; init; } = [];

    /// <summary>How large a training step is; null where the method does not tell.</summary>
    /// <param name="space">What the data are points of.</param>
    /// <param name="conditions">C.</param>
    public StepCost? StepCost(Space space, int conditions) => Method.Cost(new(space, conditions, Training.BatchSize, Flow));

    /// <inheritdoc/>
    IEnumerable<Rule> IValidated.Rules =>
    [
        .. Evaluate.Select(evaluation => new Rule(() => evaluation.Misfit(this), nameof(Evaluate), nameof(Data))),
        new(() => Data.Misfit(this), nameof(Flow), nameof(Data)),
    ];
}
