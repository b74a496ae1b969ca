using System.Runtime.InteropServices;
using FFF.Errors;

namespace FFF.Devices;

/// <summary>There was not enough memory; the message says for what, and which number to lower.</summary>
public sealed class MemoryException(string message, Exception inner) : FreeFormFlowException(message, inner);

/// <summary>Tells errors of too little memory from others.</summary>
internal static class MemoryShortage
{
    /// <summary>How libtorch, CUDA and its libraries, and the operating system say it.</summary>
    private static readonly string[] Sayings =
    [
        "out of memory", "can't allocate memory", "cannot allocate memory", "not enough memory", "bad_alloc", "bad allocation", "CUBLAS_STATUS_ALLOC_FAILED",
        "CUSOLVER_STATUS_ALLOC_FAILED",

        // A size that does not fit into 64 bits cannot be had either.
        "Storage size calculation overflowed", "numel: integer multiplication overflow",
    ];

    /// <summary>Whether the error is one of too little memory.</summary>
    public static bool Is(Exception error) => error switch
    {
        OutOfMemoryException or MemoryException => true,
        ExternalException or InvalidOperationException => Is(error.Message),
        _ => error.InnerException is { } inner && Is(inner),
    };

    /// <summary>Whether a message is one of too little memory.</summary>
    public static bool Is(string message) => Sayings.Any(saying => message.Contains(saying, StringComparison.OrdinalIgnoreCase));

    /// <summary>Runs work that may need more memory than there is.</summary>
    /// <param name="work">The work.</param>
    /// <param name="advice">What there was not enough memory for, and what to do: the whole message.</param>
    /// <exception cref="MemoryException">There was not enough.</exception>
    public static T Told<T>(Func<T> work, Func<string> advice)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is not MemoryException && Is(e))
        {
            throw new MemoryException(advice(), e);
        }
    }
}
