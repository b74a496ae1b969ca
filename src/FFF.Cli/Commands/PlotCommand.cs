using System.CommandLine;

namespace FFF.Cli.Commands;

/// <summary><c>fff plot posterior</c></summary>
internal static class PlotCommand
{
    public static Command Create() => new("plot", "Draws pictures of runs.") { PlotPosteriorCommand.Create() };
}
