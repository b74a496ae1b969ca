using FFF.Evaluations;

namespace FFF.Cli.Rendering;

/// <summary>Shows on stderr how an evaluation comes on.</summary>
internal sealed class EvaluationView : IProgress<EvaluationProgress>
{
    private readonly Pace _pace = new(Screen.IsLive ? TimeSpan.FromMilliseconds(200) : TimeSpan.FromSeconds(5));
    private readonly TimeLeft _timeLeft = new();
    private LiveBar? _bar;
    private string _title = "";
    private double _share;

    /// <summary>Shows the progress as a bar, where there is a terminal, while the work runs; elsewhere as lines.</summary>
    public T Show<T>(Func<T> work)
    {
        if (!Screen.IsLive)
        {
            return work();
        }

        _bar = new();
        return _bar.Show("starting", work);
    }

    /// <inheritdoc/>
    public void Report(EvaluationProgress value)
    {
        // The parts of an evaluation, of which each begins at nothing, take times of their own.
        if (value.Title != _title || value.Share < _share)
        {
            _timeLeft.Restart();
        }

        (_title, _share) = (value.Title, value.Share);
        var left = _timeLeft.At(_share);
        if (!_pace.IsDue())
        {
            return;
        }

        if (_bar is null)
        {
            Console.Error.WriteLine(
                $"{DateTime.Now:HH:mm:ss} {value.Title}: {value.Details}, {Words.Percent(value.Share)}{(left.Length > 0 ? ", " : "")}{left}");
        }
        else
        {
            _bar.Update(value.Title, value.Share, left, value.Details);
        }
    }
}
