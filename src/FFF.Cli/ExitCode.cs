namespace FFF.Cli;

/// <summary>What the program's end means to whoever started it.</summary>
internal static class ExitCode
{
    /// <summary>All was done.</summary>
    public const int Done = 0;

    /// <summary>It failed while it worked.</summary>
    public const int Failed = 1;

    /// <summary>The command or what it names cannot be used; nothing was written.</summary>
    public const int Usage = 2;

    /// <summary>It was interrupted, and what it had done is saved.</summary>
    public const int Interrupted = 3;
}
