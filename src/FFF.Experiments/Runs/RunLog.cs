using System.Globalization;
using Serilog;
using Serilog.Configuration;
using Serilog.Core;
using Serilog.Formatting.Compact;

namespace FFF.Runs;

/// <summary>A run's log: log.txt for people, log.clef (compact JSON, one event per line) for machines, and where else the caller wishes.</summary>
/// <remarks>A sink that fails, for a full disk say, does not end the run: its events are lost, the other sinks go on.</remarks>
internal sealed class RunLog : IDisposable
{
    private const string Template = "{Timestamp:yyyy-MM-dd HH:mm:ss} {Level:u3} {Message:l}{NewLine}{Exception}";

    private readonly Logger _logger;

    private RunLog(Logger logger) => _logger = logger;

    /// <summary>Takes the events.</summary>
    public ILogger Logger => _logger;

    /// <summary>Opens the log; a run that resumes appends to it.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="more">Adds further sinks, such as the console.</param>
    /// <exception cref="RunFolderGoneException">The folder is gone.</exception>
    public static RunLog Open(RunFolder folder, Action<LoggerSinkConfiguration>? more = null)
    {
        if (!Directory.Exists(folder.Path))
        {
            throw new RunFolderGoneException(folder); // The file sinks would make it anew.
        }

        var configuration = new LoggerConfiguration();
        if (IsOwn(folder.LogFile))
        {
            configuration.WriteTo.File(folder.LogFile, outputTemplate: Template, formatProvider: CultureInfo.InvariantCulture, fileSizeLimitBytes: null);
        }

        if (IsOwn(folder.StructuredLogFile))
        {
            configuration.WriteTo.File(new CompactJsonFormatter(), folder.StructuredLogFile, fileSizeLimitBytes: null);
        }

        more?.Invoke(configuration.WriteTo);
        return new RunLog(configuration.CreateLogger());
    }

    /// <summary>Whether a file can be written that is the run's own, once a link in its place is gone; a run can do without its log.</summary>
    private static bool IsOwn(string path)
    {
        try
        {
            FileLink.Replace(path);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        try
        {
            _logger.Dispose();
        }
        catch (IOException)
        {
            // The file sink tries once more to write what a full disk did not take.
        }
    }
}
