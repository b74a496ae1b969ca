using FFF.Datasets.Particles;

namespace FFF.Cli.Rendering;

/// <summary>Shows on stderr how far Markov chains have come.</summary>
/// <param name="system">What they draw from.</param>
internal sealed class SamplingView(string system) : IProgress<SamplingProgress>
{
    private readonly TimeLeft _timeLeft = new();
    private readonly Pace _pace = new(Screen.IsLive ? TimeSpan.FromMilliseconds(200) : TimeSpan.FromSeconds(5));
    private LiveBar? _bar;

    /// <summary>Shows the progress as a bar, where there is a terminal, while the chains run; without this, as lines.</summary>
    public T Show<T>(Func<T> work)
    {
        if (!Screen.IsLive)
        {
            return work();
        }

        _bar = new();
        return _bar.Show(system, work);
    }

    /// <inheritdoc/>
    public void Report(SamplingProgress value)
    {
        var left = _timeLeft.At(value.Share);
        if (!_pace.IsDue())
        {
            return;
        }

        if (_bar is null)
        {
            Console.Error.WriteLine($"{DateTime.Now:HH:mm:ss} {system}: {value.Phase}, {Words.Percent(value.Share)}{(left.Length > 0 ? ", " : "")}{left}");
        }
        else
        {
            _bar.Update(system, value.Share, left, value.Phase);
        }
    }
}
