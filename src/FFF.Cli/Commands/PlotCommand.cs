using System.CommandLine;

namespace FFF.Cli.Commands;

/// <summary><c>fff plot</c></summary>
internal static class PlotCommand
{
    public static Command Create() => new("plot", "Draws pictures of runs, samples and molecules.")
    {
        PlotC2stCommand.Create(),
        PlotPosteriorCommand.Create(),
        PlotPairsCommand.Create(),
        PlotMoleculesCommand.Create(),
    };
}
