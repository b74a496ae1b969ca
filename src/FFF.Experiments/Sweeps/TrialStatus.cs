using System.Text.Json.Serialization;

namespace FFF.Sweeps;

/// <summary>How a trial stands.</summary>
internal enum TrialStatus
{
    /// <summary>It was not started yet.</summary>
    [JsonStringEnumMemberName("pending")]
    Pending,

    /// <summary>It waits in Slurm's queue, for the first time or again.</summary>
    [JsonStringEnumMemberName("queued")]
    Queued,

    /// <summary>A process trains or evaluates it.</summary>
    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>Training is done, an evaluation is not: it was stopped, or failed.</summary>
    [JsonStringEnumMemberName("trained")]
    Trained,

    /// <summary>Training and evaluations are done.</summary>
    [JsonStringEnumMemberName("finished")]
    Finished,

    /// <summary>It was asked to stop, and saved.</summary>
    [JsonStringEnumMemberName("interrupted")]
    Interrupted,

    /// <summary>Its sweep dropped it early, as others were better after as many epochs; what it had come to is saved.</summary>
    [JsonStringEnumMemberName("dropped")]
    Dropped,

    /// <summary>It was ended by force; its last checkpoint is there.</summary>
    [JsonStringEnumMemberName("stopped")]
    Stopped,

    /// <summary>It ended with an error.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,
}
