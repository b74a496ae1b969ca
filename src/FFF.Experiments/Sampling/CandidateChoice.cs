using FFF.Errors;
using FFF.Flows;
using FFF.Flows.Ensembles;
using FFF.Flows.Molecules;

namespace FFF.Sampling;

/// <summary>By what the best of several draws is known.</summary>
public enum CandidateCriterion
{
    /// <summary>The smallest distance ‖x − g(f(x))‖ from what its latents are decoded to.</summary>
    Reconstruction,

    /// <summary>The largest log-density; of molecules, the largest bound on it. Exact Jacobians take long.</summary>
    Density,
}

/// <summary>A choice does not fit the flow; the message says why.</summary>
public sealed class CandidateException(string message) : InputException(message);

/// <summary>
/// Of several draws for each sample the best is kept. What is kept is not distributed as the flow's density any more: it leans to what the criterion
/// prefers, and costs as many draws.
/// </summary>
/// <param name="Candidates">k, how many are drawn for each sample.</param>
/// <param name="By">What the best is known by.</param>
public sealed record CandidateChoice(int Candidates, CandidateCriterion By = CandidateCriterion.Reconstruction)
{
    /// <summary>The most candidates that can be asked for.</summary>
    public const int MaxCandidates = 1_000;

    /// <summary>Throws where the criterion tells nothing of a flow's samples.</summary>
    /// <exception cref="CandidateException">It does not.</exception>
    internal void RequireFits(Flow flow)
    {
        if (By == CandidateCriterion.Reconstruction && flow is not (FreeFormFlow or MoleculeFlow))
        {
            var why = flow is EnsembleFlow
                ? "this is an ensemble: each sample is decoded by one of its flows, and how well the others reconstruct it tells nothing of how good it is"
                : "this flow is one-to-one by construction, so that all of its samples are reconstructed";
            throw new CandidateException($"The best candidate is known by its reconstruction unless another criterion is named, but {why}. Choose by density.");
        }
    }
}
