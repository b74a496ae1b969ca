using FFF.Configuration;
using FFF.Datasets;
using FFF.Errors;
using FFF.Runs;

namespace FFF.Evaluations;

/// <summary>
/// An evaluation of trained runs: what <c>evaluate:</c> in an experiment names, and <c>fff eval-NAME</c> carries out. It is a record
/// that inherits <see cref="EvaluationConfig"/> and whose keys are its options, in one file that registers it:
/// <c>[assembly: Kind&lt;EvaluationConfig, MyEvaluation&gt;("mine")]</c>. Nothing else needs to know of it.
/// </summary>
public interface IEvaluation
{
    /// <summary>What it tells, for the help of its command.</summary>
    string Summary { get; }

    /// <summary>What follows the command's name in the examples of its help.</summary>
    IReadOnlyList<string> Examples => [""];

    /// <summary>Which runs it fits: of these the newest is taken where none is named.</summary>
    RunKind Runs => RunKind.Any;

    /// <summary>What the run is judged by.</summary>
    Headline Headline { get; }

    /// <summary>What the seed decides, such as "samples and classifiers"; null where nothing is left to chance.</summary>
    string? SeedOf => null;

    /// <summary>Whether it draws figures.</summary>
    bool HasFigures => false;

    /// <summary>How much is evaluated, for the plan of a training, such as "observations 1-10"; null where all is.</summary>
    /// <param name="dataset">The data, of which no more can be evaluated than were held out.</param>
    string? ScopeOn(Dataset dataset) => null;

    /// <summary>Why a run on these data cannot be evaluated, so that it is known before the training; null if it can.</summary>
    /// <param name="dataset">The data, of which enough must be held out.</param>
    string? Misfit(Dataset dataset) => null;

    /// <summary>Reads what the evaluation of a run needs, but computes nothing yet. Whatever is wrong with the input is told here.</summary>
    /// <param name="run">The run.</param>
    /// <param name="work">Who is told of progress and warnings, and who may ask to stop.</param>
    /// <exception cref="EvaluationException">The evaluation does not fit the run.</exception>
    EvaluationPlan Prepare(EvaluatedRun run, EvaluationWork work);
}

/// <summary>The one among an evaluation's metrics by which runs are judged, and which tells that a run has been evaluated.</summary>
/// <param name="Metric">Its key in the manifest, such as c2st.mean.</param>
/// <param name="Name">What it is called in lists of runs, such as C2ST.</param>
public sealed record Headline(string Metric, string Name);

/// <summary>An evaluation cannot be carried out; the message says why, and what to do.</summary>
public sealed class EvaluationException(string message, Exception? inner = null) : InputException(message, inner);
