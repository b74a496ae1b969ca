using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using FFF.Cli.Rendering;
using FFF.Sweeps;
using Spectre.Console;

namespace FFF.Cli;

/// <summary>Turns the first signal into a request to stop; the second one ends the program at once.</summary>
/// <remarks>
/// On Unix these are SIGINT (Ctrl+C), SIGTERM, SIGHUP (the terminal is gone) and SIGUSR1, by which clusters warn of the end of a
/// job's time (<c>sbatch --signal=USR1@90</c>). A signal that the program was started to ignore, as nohup does with
/// SIGHUP, stays ignored.
/// On Windows .NET calls Ctrl+Break SIGQUIT, the closing of the window SIGHUP, and the system's shutdown SIGTERM. After the
/// latter two Windows ends the program as soon as it has been told, or at the latest after some seconds: it is told only
/// when there is nothing left to do, by the program's end.
/// </remarks>
internal sealed class Interruption : IDisposable
{
    // Numbers of signals; .NET takes those that it has no name for.
    private const int HangUp = 1;
    private const int User = 10;
    private const int UserOfMac = 30;

    private static readonly PosixSignal[] Signals = OperatingSystem.IsWindows()
        ? [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT, PosixSignal.SIGHUP]
        : [PosixSignal.SIGINT, PosixSignal.SIGTERM, .. IsIgnored(HangUp) ? [] : new[] { PosixSignal.SIGHUP },
            (PosixSignal)(OperatingSystem.IsMacOS() ? UserOfMac : User)];

    /// <summary>
    /// A cluster that ends a job tells all of its processes, and the sweep its trials: within this time, the second word to a trial is the same as the first.
    /// </summary>
    private static readonly TimeSpan Echo = TimeSpan.FromSeconds(5);

    private readonly string _answer;
    private readonly Stopwatch _clock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _signals;
    private int _count;
    private volatile bool _isLast;

    /// <summary>Listens to signals.</summary>
    /// <param name="answer">What the first one is answered with.</param>
    public Interruption(string answer)
    {
        _answer = answer;
        _signals = [.. Signals.Select(signal => PosixSignalRegistration.Create(signal, On))];
    }

    /// <summary>The request to stop.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Runs an evaluation that keeps nothing when it is asked to stop.</summary>
    /// <exception cref="CommandException">It was asked to stop.</exception>
    public static T Stoppable<T>(Func<T> evaluation)
    {
        try
        {
            return evaluation();
        }
        catch (OperationCanceledException e)
        {
            throw new CommandException(ExitCode.Failed, "interrupted before it was done; nothing was written.", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isLast)
        {
            return; // Windows does not let go of a handler that it waits for.
        }

        foreach (var signal in _signals)
        {
            signal.Dispose();
        }
    }

    private void On(PosixSignalContext context)
    {
        // Signals are handled on several threads.
        var isFirst = Interlocked.Increment(ref _count) == 1;
        _isLast |= OperatingSystem.IsWindows() && (context.Signal is PosixSignal.SIGHUP or PosixSignal.SIGTERM);
        if (isFirst)
        {
            context.Cancel = true;
            _clock.Start();
            _stop.Cancel();
            Answer(_isLast ? "" : " Once more ends the program at once.");
        }

        if (_isLast)
        {
            Thread.Sleep(Timeout.Infinite); // On a thread that Windows made for this, and that ends with the program.
        }

        if (!isFirst && ProcessSignals.IsTrial && _clock.Elapsed < Echo)
        {
            context.Cancel = true;
        }
        else if (!isFirst)
        {
            ShowCursor();
        }
    }

    /// <summary>Where the window is going away, nobody may be left to answer.</summary>
    private void Answer(string more)
    {
        try
        {
            // What is left of a progress line that the answer is written over is erased.
            if (Screen.IsLive)
            {
                Screen.Error.Write(new ControlCode("\u001b[2K\r"));
            }

            Screen.Error.Write(new Text($"{_answer}{more}\n"));
        }
        catch (IOException)
        {
        }
    }

    /// <summary>Whether the process was told to ignore a signal by whoever started it; where the system does not tell, it was not.</summary>
    private static bool IsIgnored(int signal)
    {
        try
        {
            const string Mask = "SigIgn:";
            var line = File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(Mask, StringComparison.Ordinal));
            return line is not null && ulong.TryParse(line[Mask.Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var ignored)
                && ((ignored >> (signal - 1)) & 1) == 1;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void ShowCursor()
    {
        if (Screen.IsLive)
        {
            Screen.Error.Cursor.Show();
        }
    }
}
