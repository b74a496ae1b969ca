using FFF.Errors;

namespace FFF.Datasets.Particles;

/// <summary>Markov chains drew what are no samples of their system.</summary>
/// <param name="system">The system's name.</param>
/// <param name="faults">Why, with numbers.</param>
/// <param name="override">How they are taken all the same, such as a key and its value.</param>
public sealed class PoorSamplingException(string system, IReadOnlyList<string> faults, string @override) : FreeFormFlowException(
    $"{system}: the samples that the chains drew are refused. {string.Join(' ', faults)} "
    + $"Ask for more samples, so that the chains run longer, or try another seed. {@override} takes them as they are.")
{
    /// <summary>Refuses samples with faults.</summary>
    /// <param name="report">How they were drawn.</param>
    /// <param name="override">As above.</param>
    /// <exception cref="PoorSamplingException">There are faults.</exception>
    internal static void Refuse(SamplingReport report, string @override)
    {
        if (report.Faults().ToArray() is { Length: > 0 } faults)
        {
            throw new PoorSamplingException(report.System, faults, @override);
        }
    }
}
