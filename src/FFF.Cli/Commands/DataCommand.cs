using System.CommandLine;

namespace FFF.Cli.Commands;

/// <summary><c>fff data</c></summary>
internal static class DataCommand
{
    public static Command Create() => new("data", "Makes, fetches, checks and writes data sets.")
    {
        DataGenerateCommand.Create(),
        DataFetchCommand.Create(),
        DataCheckCommand.Create(),
        DataExportCommand.Create(),
    };
}
