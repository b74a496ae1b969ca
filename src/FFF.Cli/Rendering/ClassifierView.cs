using FFF.Evaluation;

namespace FFF.Cli.Rendering;

/// <summary>Shows on stderr how the classifiers of a two-sample test come on.</summary>
internal sealed class ClassifierView(CancellationToken stop = default) : IProgress<C2stProgress>
{
    private readonly Pace _pace = new(Screen.IsLive ? TimeSpan.FromMilliseconds(200) : TimeSpan.FromSeconds(5));
    private readonly LiveBar? _bar = Screen.IsLive ? new() : null;

    /// <summary>Shows the progress while the test runs.</summary>
    public T Show<T>(Func<T> test) => _bar is null ? test() : _bar.Show("c2st", test);

    /// <inheritdoc/>
    /// <exception cref="OperationCanceledException">The test shall stop.</exception>
    public void Report(C2stProgress value)
    {
        stop.ThrowIfCancellationRequested();
        if (!_pace.IsDue())
        {
            return;
        }

        var details = $"epoch {value.Epoch}, {value.Finished} of {value.Total} classifiers trained";
        if (_bar is null)
        {
            Console.Error.WriteLine($"{DateTime.Now:HH:mm:ss} c2st: {details}");
        }
        else
        {
            _bar.Update("c2st", (double)value.Finished / value.Total, "", details);
        }
    }
}
