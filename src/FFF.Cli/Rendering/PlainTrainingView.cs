using FFF.Training;
using Serilog;
using Serilog.Configuration;
using Serilog.Events;
using Serilog.Sinks.SystemConsole.Themes;

namespace FFF.Cli.Rendering;

/// <summary>A line every few seconds, and the run's log with each validation.</summary>
internal sealed class PlainTrainingView(int epochs) : ITrainingView
{
    private readonly TrainingText _text = new(epochs);
    private readonly Pace _pace = new(TimeSpan.FromSeconds(5));

    public void LogTo(LoggerSinkConfiguration sinks) => sinks.Logger(log => log
        .Filter.ByExcluding(FailureIsToldAtTheEnd)
        .WriteTo.Console(
            outputTemplate: "{Timestamp:HH:mm:ss} {Message:l}{NewLine}",
            formatProvider: System.Globalization.CultureInfo.InvariantCulture,
            standardErrorFromLevel: LogEventLevel.Verbose,
            theme: ConsoleTheme.None));

    public T Show<T>(Func<T> training) => training();

    public void Report(TrainingProgress value)
    {
        _text.Note(value);
        if (_pace.IsDue())
        {
            Console.Error.WriteLine($"{DateTime.Now:HH:mm:ss} {_text.Epoch(value)}, {TrainingText.Remaining(value)}, "
                + $"{string.Join(", ", [.. TrainingText.Metrics(value), .. _text.Validation()])}");
        }
    }

    internal static bool FailureIsToldAtTheEnd(LogEvent logged) => logged.Level >= LogEventLevel.Error;
}
