namespace FFF.Evaluations;

/// <summary>An evaluation that can score a file of samples too, without any run.</summary>
public interface IFileEvaluation : IEvaluation
{
    /// <summary>What the files are.</summary>
    FileInput Files { get; }

    /// <summary>Scores samples.</summary>
    /// <param name="samples">The file.</param>
    /// <param name="reference">What they are compared with; null where that was left out.</param>
    /// <param name="seed">Of all chance; null where there is none.</param>
    /// <param name="work">Who is told of progress, and who may ask to stop.</param>
    EvaluationPlan Prepare(string samples, string? reference, long? seed, EvaluationWork work);
}

/// <summary>The files that an evaluation reads in place of a run.</summary>
/// <param name="Samples">What the file of samples is, for help.</param>
/// <param name="Reference">What the file is that they are compared with, for help.</param>
/// <param name="ReferenceIsNeeded">Whether there must be one.</param>
/// <param name="Seed">The seed if none is asked for; null where nothing is left to chance, and nothing computed by libtorch.</param>
public sealed record FileInput(string Samples, string Reference, bool ReferenceIsNeeded, long? Seed);
