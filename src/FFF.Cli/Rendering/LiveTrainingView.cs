using FFF.Training;
using Serilog.Configuration;
using Serilog.Core;
using Serilog.Events;
using Spectre.Console;

namespace FFF.Cli.Rendering;

/// <summary>A bar with the time left and the metrics below it; warnings appear above.</summary>
internal sealed class LiveTrainingView(int epochs) : ITrainingView, ILogEventSink
{
    private readonly TrainingText _text = new(epochs);
    private readonly Pace _pace = new(TimeSpan.FromMilliseconds(200));
    private readonly LiveBar _bar = new();

    public void LogTo(LoggerSinkConfiguration sinks) => sinks.Sink(this, LogEventLevel.Warning);

    public T Show<T>(Func<T> training) => _bar.Show("starting", training);

    public void Report(TrainingProgress value)
    {
        _text.Note(value);
        if (_pace.IsDue())
        {
            _bar.Update(
                _text.Epoch(value), (double)value.Step / value.TotalSteps, TrainingText.Remaining(value),
                [string.Join(" · ", TrainingText.Metrics(value)), .. _text.Validation()]);
        }
    }

    public void Emit(LogEvent logEvent)
    {
        if (!PlainTrainingView.FailureIsToldAtTheEnd(logEvent))
        {
            Screen.Error.Write(new Text(logEvent.RenderMessage(System.Globalization.CultureInfo.InvariantCulture) + "\n"));
        }
    }
}
