using System.Runtime.InteropServices;
using FFF.Cli.Rendering;
using Spectre.Console;

namespace FFF.Cli;

/// <summary>Turns the first SIGINT or SIGTERM into a request to stop; the second one ends the program at once.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly string _answer;
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _signals;
    private int _count;

    /// <summary>Listens to signals.</summary>
    /// <param name="answer">What the first one is answered with.</param>
    public Interruption(string answer)
    {
        _answer = answer;
        _signals = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM }.Select(signal => PosixSignalRegistration.Create(signal, On))];
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
            throw new CommandException(ExitCode.Failed, "interrupted before the evaluation was done; nothing was written.", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var signal in _signals)
        {
            signal.Dispose();
        }
    }

    private void On(PosixSignalContext context)
    {
        // Signals are handled on several threads.
        if (Interlocked.Increment(ref _count) > 1)
        {
            ShowCursor();
            return;
        }

        context.Cancel = true;
        _stop.Cancel();
        Screen.Error.Write(new Text(_answer + " Once more ends the program at once.\n"));
    }

    private static void ShowCursor()
    {
        if (Screen.IsLive)
        {
            Screen.Error.Cursor.Show();
        }
    }
}
