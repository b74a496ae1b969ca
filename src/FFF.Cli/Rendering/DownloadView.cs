using System.Diagnostics;
using FFF.Formats;

namespace FFF.Cli.Rendering;

/// <summary>Shows on stderr how far downloads have come.</summary>
/// <param name="title">What is downloaded.</param>
internal sealed class DownloadView(string title) : IProgress<DownloadProgress>
{
    private readonly Pace _pace = new(Screen.IsLive ? TimeSpan.FromMilliseconds(200) : TimeSpan.FromSeconds(5));
    private LiveBar? _bar;
    private string? _file;
    private long _start;
    private long _had;

    /// <summary>Shows the progress as a bar, where there is a terminal, during the downloads; else as lines.</summary>
    public T Show<T>(Func<T> work)
    {
        if (!Screen.IsLive)
        {
            return work();
        }

        _bar = new();
        return _bar.Show(title, work);
    }

    /// <inheritdoc/>
    public void Report(DownloadProgress value)
    {
        if (value.File != _file)
        {
            (_file, _start, _had) = (value.File, Stopwatch.GetTimestamp(), value.Bytes);
            if (_bar is null)
            {
                var start = value.Bytes > 0 ? $"goes on after {Words.Bytes(value.Bytes)}" : "begins";
                Console.Error.WriteLine($"{value.File}: {start}{(value.Total is { } all ? $" of {Words.Bytes(all)}" : "")}");
            }

            return;
        }

        if (!_pace.IsDue())
        {
            return;
        }

        var pace = (value.Bytes - _had) / Stopwatch.GetElapsedTime(_start).TotalSeconds;
        var (share, left) = value.Total is { } total
            ? ((double)value.Bytes / total, $"{Words.Duration(TimeSpan.FromSeconds(Math.Min((total - value.Bytes) / Math.Max(pace, 1), 1e6)))} left")
            : (0, "");
        var details = $"{Words.Bytes(value.Bytes)}{(value.Total is { } whole ? $" of {Words.Bytes(whole)}" : "")}, {Words.Bytes((long)pace)}/s";
        if (_bar is null)
        {
            Console.Error.WriteLine($"{DateTime.Now:HH:mm:ss} {value.File}: {details}{(left.Length > 0 ? $", {left}" : "")}");
        }
        else
        {
            _bar.Update(value.File, share, left, details);
        }
    }
}
