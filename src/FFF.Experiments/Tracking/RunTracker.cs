using FFF.Runs;

namespace FFF.Tracking;

/// <summary>
/// Tells a place of a run while it goes on, from a thread of its own that looks at the run folder now and then: training never waits for it, and goes on
/// without it. Disposing sends what is left.
/// </summary>
internal sealed class RunTracker : IDisposable
{
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(60);

    private readonly RunFolder _folder;
    private readonly string _place;
    private readonly string? _experiment;
    private readonly ITrackingStore _store;
    private readonly Action<string>? _warn;
    private readonly ManualResetEventSlim _end = new();
    private readonly Thread _thread;
    private string? _told;

    /// <summary>What the place was told of last: when manifest and metrics were written.</summary>
    private (DateTime Manifest, DateTime Metrics) _sent;

    /// <summary>Begins to track.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="place">What <see cref="TrackingPlace.Resolve"/> gave.</param>
    /// <param name="environment">The variables, of which MLflow's are taken.</param>
    /// <param name="warn">Is told, once, where something cannot be sent.</param>
    public RunTracker(RunFolder folder, string place, Func<string, string?> environment, Action<string>? warn)
    {
        (_folder, _place, _warn) = (folder, place, warn);
        _experiment = TrackingPlace.Experiment(environment);
        _store = TrackingPlace.Open(place, environment);
        _thread = new Thread(Watch) { IsBackground = true, Name = "tracking" };
        _thread.Start();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _end.Set();
        _thread.Join();
        Send();
        _end.Dispose();
        (_store as IDisposable)?.Dispose();
    }

    private void Watch()
    {
        var pause = Often;
        while (!_end.Wait(pause))
        {
            pause = Send() ? Often : AfterFailure;
        }
    }

    private bool Send()
    {
        try
        {
            // Most of the time nothing is new: long metrics are not worth reading then.
            var written = (File.GetLastWriteTimeUtc(_folder.ManifestFile), File.GetLastWriteTimeUtc(_folder.MetricsFile));
            if (written != _sent && File.Exists(_folder.ManifestFile))
            {
                RunTracking.Send(_folder, _place, _store, _experiment);
                _sent = written;
            }

            return true;
        }
        catch (Exception e)
        {
            // Of any kind: what a thread does not catch ends the process, and with it the training.
            if (_told != e.Message)
            {
                _told = e.Message;
                _warn?.Invoke($"{e.Message.TrimEnd('.')}. The run goes on without it; 'fff runs track {_folder.Name}/{_folder.Version}' sends later what was "
                    + "left out.");
            }

            return false;
        }
    }
}
