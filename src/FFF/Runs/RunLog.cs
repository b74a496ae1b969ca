using System.Globalization;
using Serilog;
using Serilog.Configuration;
using Serilog.Core;
using Serilog.Formatting.Compact;

namespace FFF.Runs;

/// <summary>A run's log: log.txt for people, log.clef (compact JSON, one event per line) for machines, and where else the caller wishes.</summary>
public static class RunLog
{
    private const string Template = "{Timestamp:yyyy-MM-dd HH:mm:ss} {Level:u3} {Message:l}{NewLine}{Exception}";

    /// <summary>
    /// Opens the log; a run that resumes appends to it. A sink that fails, a full disk for one, does not end the run: its
    /// events are lost, the other sinks go on.
    /// </summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="more">Adds further sinks, such as the console.</param>
    public static Logger Open(RunFolder folder, Action<LoggerSinkConfiguration>? more = null)
    {
        var configuration = new LoggerConfiguration()
            .WriteTo.File(folder.LogFile, outputTemplate: Template, formatProvider: CultureInfo.InvariantCulture, fileSizeLimitBytes: null)
            .WriteTo.File(new CompactJsonFormatter(), folder.StructuredLogFile, fileSizeLimitBytes: null);
        more?.Invoke(configuration.WriteTo);
        return configuration.CreateLogger();
    }
}
