using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace FFF.Configuration;

/// <summary>An evaluation that runs when training ends; its name alone takes the defaults.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(C2stEvaluation), "c2st")]
[JsonDerivedType(typeof(NllEvaluation), "nll")]
[JsonDerivedType(typeof(ReweightingEvaluation), "boltzmann")]
[JsonDerivedType(typeof(MoleculeEvaluationConfig), "molecules")]
public abstract record EvaluationConfig;

/// <summary>Classifier two-sample test against the reference posteriors of a benchmark task.</summary>
public sealed record C2stEvaluation : EvaluationConfig
{
    /// <summary>The observations, such as 1-10 or 1,3,5.</summary>
    public string Observations { get; init; } = "1-10";
}

/// <summary>Exact negative log-likelihood and reconstruction on test (or else validation) data.</summary>
public sealed record NllEvaluation : EvaluationConfig
{
    /// <summary>At most so many samples; all if left out.</summary>
    [Range(1, 100_000_000)]
    public int? Samples { get; init; }
}

/// <summary>The flow as a Boltzmann generator of its particle system: distance to the entropy limit, effective sample size, energies.</summary>
public sealed record ReweightingEvaluation : EvaluationConfig
{
    /// <summary>How many samples are drawn, and at most how many data are evaluated; as eval-boltzmann if left out.</summary>
    [Range(100, 100_000_000)]
    public int? Samples { get; init; }

    /// <summary>Whether the entropy limit of the NLL is estimated, which takes minutes for large systems.</summary>
    public bool Limit { get; init; } = true;
}

/// <summary>Molecules that the flow draws: their stability, validity, uniqueness and novelty, and the likelihood of some that were held out.</summary>
public sealed record MoleculeEvaluationConfig : EvaluationConfig
{
    /// <summary>How many molecules are drawn; as eval-molecules if left out.</summary>
    [Range(1, 10_000_000)]
    public int? Samples { get; init; }

    /// <summary>The likelihood of at most so many is computed; as eval-molecules if left out.</summary>
    [Range(1, 10_000_000)]
    public int? Likelihoods { get; init; }
}
