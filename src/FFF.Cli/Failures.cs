using System.Runtime.InteropServices;
using FFF.Cli.Rendering;
using FFF.Configuration;
using FFF.Devices;
using FFF.Errors;
using FFF.Runs;

namespace FFF.Cli;

/// <summary>A command that ends early, with a message for people and the exit code that its place in the command calls for.</summary>
internal sealed class CommandException(int exitCode, string message, Exception? inner = null) : FreeFormFlowException(message, inner)
{
    public int ExitCode { get; } = exitCode;
}

/// <summary>Messages and exit codes of failures.</summary>
internal static class Failures
{
    /// <summary>Set to 1, this environment variable shows where in the program a failure came up.</summary>
    public const string DebugVariable = "FFF_DEBUG";

    /// <summary>Writes the message to stderr.</summary>
    /// <returns>The exit code.</returns>
    public static int Report(Exception exception)
    {
        Console.Error.WriteLine($"fff: {PlainText.Of(Message(exception))}");
        if (Environment.GetEnvironmentVariable(DebugVariable) == "1")
        {
            Console.Error.WriteLine(exception);
        }

        return CodeOf(exception);
    }

    /// <summary>The exit code that a failure calls for.</summary>
    public static int CodeOf(Exception exception) => exception switch
    {
        CommandException e => e.ExitCode,
        OperationCanceledException => ExitCode.Interrupted,
        InputException => ExitCode.Usage,
        _ => ExitCode.Failed,
    };

    /// <summary>Runs what comes after all input was found usable: from here on, a failure is one of the work, not of the command.</summary>
    /// <param name="work">The work.</param>
    /// <param name="hasBegun">Whether that has come by now, where it does amid the work; it has if left out.</param>
    public static T AtWork<T>(Func<T> work, Func<bool>? hasBegun = null)
    {
        try
        {
            return work();
        }
        catch (InputException e) when (hasBegun?.Invoke() != false)
        {
            throw new CommandException(ExitCode.Failed, Message(e), e);
        }
    }

    /// <summary>Runs work at which, where there is not enough memory, the user is told for what and which number to lower.</summary>
    /// <param name="run">The run, whose flow tells the device.</param>
    /// <param name="purpose">What there was not enough memory for.</param>
    /// <param name="advice">What to do.</param>
    /// <param name="work">The work.</param>
    public static T InMemory<T>(LoadedRun run, string purpose, string advice, Func<T> work) =>
        MemoryShortage.Told(work, () => $"there is not enough memory on {DeviceName.Of(run.Flow.Device)} for {purpose}: {advice}.");

    /// <summary>What people read of it.</summary>
    public static string Message(Exception exception) => exception switch
    {
        ConfigurationException e => $"the configuration cannot be used:\n{string.Join('\n', e.Problems.Select(problem => $"  {problem}"))}",
        FreeFormFlowException or IOException or UnauthorizedAccessException => exception.Message,
        _ when MemoryShortage.Is(exception) => "there is not enough memory. Use a smaller batch (training.batch_size), network or number of samples.",

        // libtorch's messages go on with a trace of its own.
        ExternalException e => $"libtorch failed: {e.Message.Split('\n')[0]}",
        _ => $"internal error: {exception.GetType().Name}: {exception.Message}\nThis is a fault of the program. {DebugVariable}=1 shows where; "
            + "please report it with the command and the configuration.",
    };
}
