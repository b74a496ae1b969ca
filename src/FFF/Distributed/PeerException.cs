using FFF.Errors;

namespace FFF.Distributed;

/// <summary>Several processes cannot train this together, or here: what was asked for, or how they were started, does not allow it.</summary>
/// <param name="message">What was wrong, and what to do.</param>
internal sealed class ProcessGroupException(string message) : InputException(message);

/// <summary>Another process of the group was lost, or has failed.</summary>
/// <param name="message">Which one, where that is known, and why.</param>
internal sealed class PeerException(string message) : FreeFormFlowException(message)
{
    /// <summary>Whether it was lost without a word; otherwise it has told what went wrong.</summary>
    public bool IsLost { get; init; }
}
