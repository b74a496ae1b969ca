using FFF.Experiments;

namespace FFF.Cli.Rendering;

/// <summary>Shows on stderr how many posteriors of a calibration have been sampled.</summary>
internal sealed class CalibrationView(CancellationToken stop) : IProgress<CalibrationProgress>
{
    private const string Title = "calibration";

    private readonly Pace _pace = new(Screen.IsLive ? TimeSpan.FromMilliseconds(200) : TimeSpan.FromSeconds(5));
    private readonly LiveBar? _bar = Screen.IsLive ? new() : null;

    /// <summary>Shows the progress while the evaluation runs.</summary>
    public T Show<T>(Func<T> evaluation) => _bar is null ? evaluation() : _bar.Show(Title, evaluation);

    /// <inheritdoc/>
    /// <exception cref="OperationCanceledException">The evaluation shall stop.</exception>
    public void Report(CalibrationProgress value)
    {
        stop.ThrowIfCancellationRequested();
        if (!_pace.IsDue())
        {
            return;
        }

        var details = $"{Words.Count(value.Done)} of {Words.Count(value.Total)} posteriors sampled";
        if (_bar is null)
        {
            Console.Error.WriteLine($"{DateTime.Now:HH:mm:ss} {Title}: {details}");
        }
        else
        {
            _bar.Update(Title, (double)value.Done / value.Total, "", details);
        }
    }
}
