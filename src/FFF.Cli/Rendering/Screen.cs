using Spectre.Console;

namespace FFF.Cli.Rendering;

/// <summary>Where the program writes: results to stdout, all else to stderr.</summary>
/// <remarks>Only on a terminal are there colours and cursor movements, and lines that are broken at its width.</remarks>
internal static class Screen
{
    /// <summary>Tables that are no terminal's are not broken.</summary>
    private const int Unbroken = 1000;

    private static readonly Lazy<IAnsiConsole> LazyOut = new(() => Create(Console.Out, !Console.IsOutputRedirected));
    private static readonly Lazy<IAnsiConsole> LazyError = new(() => Create(Console.Error, !Console.IsErrorRedirected));

    /// <summary>Results.</summary>
    public static IAnsiConsole Out => LazyOut.Value;

    /// <summary>Progress and messages.</summary>
    public static IAnsiConsole Error => LazyError.Value;

    /// <summary>Whether progress can be redrawn in place.</summary>
    public static bool IsLive => !Console.IsErrorRedirected && Error.Profile.Capabilities.Ansi;

    /// <summary>A text in a table of results, in characters that stdout has.</summary>
    public static Text Cell(string text) => new(OutputText.Fit(PlainText.Line(text), Console.Out.Encoding));

    /// <summary>Tells what does no harm but should be known.</summary>
    public static void Warn(string message) => Console.Error.WriteLine($"Warning: {PlainText.Of(message)}");

    private static IAnsiConsole Create(TextWriter writer, bool isTerminal)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(isTerminal ? writer : new TrimmedWriter(writer)),
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No,

            // They turn colours on for build servers that are no terminals.
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        console.Profile.Capabilities.Unicode = OutputText.IsUnicode(writer.Encoding);
        if (!isTerminal)
        {
            console.Profile.Width = Unbroken;
        }

        return console;
    }
}
