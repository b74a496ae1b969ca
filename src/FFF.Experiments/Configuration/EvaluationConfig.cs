namespace FFF.Configuration;

/// <summary>An evaluation that runs when training ends; its name alone takes the defaults.</summary>
// Its keys are the options of the evaluation's command too. How it is carried out is said by IEvaluation, which each kind is as well.
public abstract record EvaluationConfig
{
    /// <summary>Why an experiment cannot end with this evaluation, in words that begin with "expected"; null if it can.</summary>
    /// <param name="experiment">The experiment, all of whose keys have values.</param>
    public virtual string? Misfit(Experiment experiment) => null;
}
