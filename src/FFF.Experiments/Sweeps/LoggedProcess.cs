using System.Diagnostics;
using FFF.Formats;

namespace FFF.Sweeps;

/// <summary>The program as another process, what it says going to a file.</summary>
internal sealed class LoggedProcess : IDisposable
{
    private readonly Process _process;
    private readonly StreamWriter _log;
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    private LoggedProcess(Process process, StreamWriter log)
    {
        (_process, _log) = (process, log);
        process.StandardInput.Close();
        Ended = Task.WhenAll(process.WaitForExitAsync(), Copy(process.StandardOutput), Copy(process.StandardError)).ContinueWith(_ => _clock.Stop(),
            TaskScheduler.Default);
    }

    /// <summary>Done once it has ended, and all it said is in the file.</summary>
    public Task Ended { get; }

    /// <summary>How long it has run.</summary>
    public TimeSpan Time => _clock.Elapsed;

    /// <summary>Its exit code, once it has ended.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Whether it was asked to stop.</summary>
    public bool IsAsked { get; private set; }

    /// <summary>Starts it.</summary>
    /// <param name="start">How, with all its streams redirected.</param>
    /// <param name="logFile">What it says is added here.</param>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    public static LoggedProcess Start(ProcessStartInfo start, string logFile)
    {
        StreamWriter? log = null;
        try
        {
            log = new StreamWriter(logFile, append: true) { AutoFlush = true };
            return new LoggedProcess(Process.Start(start)!, log);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log?.Dispose();
            throw new FileWriteException(logFile, e);
        }
    }

    /// <summary>Asks it to save and end.</summary>
    public void RequestStop()
    {
        IsAsked = true;
        ProcessSignals.RequestStop(_process.Id);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.Dispose();
        _log.Dispose();
    }

    private async Task Copy(StreamReader from)
    {
        while (await from.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            lock (_log)
            {
                try
                {
                    _log.WriteLine(line);
                }
                catch (IOException)
                {
                    // A full disk loses what it says, not what it does.
                }
            }
        }
    }
}
