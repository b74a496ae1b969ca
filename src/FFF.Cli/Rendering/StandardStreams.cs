using FFF.Formats;

namespace FFF.Cli.Rendering;

/// <summary>
/// The streams that the program was started with, none of which may end its work: they may be closed, or be a log on a disk that
/// is full.
/// </summary>
/// <remarks>
/// Where a stream was closed (<c>2&gt;&amp;-</c>), its number goes to what the runtime opens next, such as a pipe of its own,
/// and what is written to the stream would end up there. What the runtime opens it keeps from the programs that it starts
/// (FD_CLOEXEC); a stream that came from outside cannot have that mark.
/// </remarks>
internal static class StandardStreams
{
    private static EnduringWriter? Out;

    /// <summary>What stdout did not take, as a message; null where it took all.</summary>
    public static string? OutProblem => Out?.Problem;

    /// <summary>Standard input; empty where it was closed.</summary>
    public static Stream In => IsOpen(0) ? Console.OpenStandardInput() : Stream.Null;

    /// <summary>To be called before anything is written.</summary>
    public static void Prepare()
    {
        Console.SetOut(Out = new EnduringWriter(IsOpen(1) ? Console.Out : TextWriter.Null));
        Console.SetError(new EnduringWriter(IsOpen(2) ? Console.Error : TextWriter.Null));
    }

    private static bool IsOpen(int descriptor) => OperatingSystem.IsWindows() || UnixFile.IsInherited(descriptor);
}
