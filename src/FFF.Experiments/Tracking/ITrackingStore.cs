namespace FFF.Tracking;

/// <summary>Where runs are tracked, in the terms of MLflow: runs within experiments, each with parameters, tags, metrics by step, and a status.</summary>
internal interface ITrackingStore
{
    /// <summary>The experiment of this name, which is made where it is not there.</summary>
    /// <exception cref="TrackingException">It cannot be had.</exception>
    string Experiment(string name);

    /// <summary>Makes a run.</summary>
    /// <param name="experiment">What <see cref="Experiment"/> gave.</param>
    /// <param name="name">The run's name.</param>
    /// <param name="started">When it started.</param>
    /// <returns>What it is known by.</returns>
    /// <exception cref="TrackingException">It cannot be made.</exception>
    string Create(string experiment, string name, DateTimeOffset started);

    /// <summary>Adds to a run.</summary>
    /// <exception cref="TrackingException">It is not taken.</exception>
    void Log(string run, TrackedValues values);

    /// <summary>Says how a run stands.</summary>
    /// <param name="run">The run.</param>
    /// <param name="status">MLflow's word for it: RUNNING, FINISHED, FAILED or KILLED.</param>
    /// <param name="ended">When it ended; null while it runs.</param>
    /// <exception cref="TrackingException">It is not taken.</exception>
    void Update(string run, string status, DateTimeOffset? ended);
}

/// <summary>What a run is told of at once.</summary>
/// <param name="Parameters">Its settings.</param>
/// <param name="Tags">What else there is to know.</param>
/// <param name="Metrics">What was measured.</param>
internal sealed record TrackedValues(
    IReadOnlyList<(string Key, string Value)> Parameters, IReadOnlyList<(string Key, string Value)> Tags, IReadOnlyList<TrackedMetric> Metrics)
{
    public bool IsEmpty => Parameters.Count + Tags.Count + Metrics.Count == 0;
}

/// <summary>A number that was measured.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Value">The number, finite.</param>
/// <param name="Time">When.</param>
/// <param name="Step">At which training step.</param>
internal readonly record struct TrackedMetric(string Key, double Value, DateTimeOffset Time, long Step);
