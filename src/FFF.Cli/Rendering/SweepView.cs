using FFF.Sweeps;

namespace FFF.Cli.Rendering;

/// <summary>Shows on stderr how a sweep goes: a bar with the running trials below it, or a line for each that ends.</summary>
internal sealed class SweepView
{
    private const int MaxShown = 12;

    private readonly LiveBar? _bar;
    private int _told;

    private SweepView(LiveBar? bar) => _bar = bar;

    /// <summary>The view that suits stderr.</summary>
    public static SweepView Create() => new(Screen.IsLive ? new LiveBar() : null);

    /// <summary>Shows the progress while the trials run.</summary>
    public T Show<T>(Func<T> session) => _bar is null ? session() : _bar.Show("starting", session);

    public void Report(SessionProgress progress)
    {
        var left = progress.Remaining is { } remaining ? $", {Words.Duration(remaining)} left" : "";
        if (_bar is null)
        {
            for (; _told < progress.Ended.Count; _told++)
            {
                var trial = progress.Ended[_told];
                Console.Error.WriteLine(
                    $"[{_told + 1} of {progress.Total}] {trial.Trial.Run} {Ended(trial)} after {Words.Duration(trial.Time)} ({Values(trial)}){left}");
            }

            return;
        }

        var done = progress.Ended.Count + progress.Running.Sum(trial => trial.Share);
        var failed = progress.Ended.Count(trial => trial.End == TrialEnd.Failed);
        _bar.Update(
            $"{progress.Ended.Count} of {progress.Total}{(failed > 0 ? $", {failed} failed" : "")}", done / progress.Total, left.TrimStart(',', ' '),
            [.. progress.Running.Take(MaxShown)
                .Select(trial => $"  {trial.Trial.Run}  {Words.Percent(trial.Share),7}  {Words.Duration(trial.Time)}  {Values(trial)}")]);
    }

    private static string Ended(TrialProgress trial) => trial switch
    {
        { End: TrialEnd.Finished } => "finished",
        { End: TrialEnd.Dropped } => "dropped",
        { ExitCode: ExitCode.Interrupted } => "interrupted and saved",
        { End: TrialEnd.Interrupted } => "interrupted at once",
        _ => $"FAILED with exit code {trial.ExitCode}",
    };

    private static string Values(TrialProgress trial) => string.Join(", ", trial.Trial.Values.Select(value => $"{value.Key}={value.Value}"));
}
