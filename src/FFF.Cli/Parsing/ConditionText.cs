using FFF.Cli.Rendering;
using FFF.Runs;
using FFF.Sampling;
using static TorchSharp.torch;

namespace FFF.Cli.Parsing;

/// <summary>Conditions as the user gives them: a file, or the numbers themselves. Those that are unlike the training's are told.</summary>
internal static class ConditionText
{
    /// <inheritdoc cref="RunConditions.Read"/>
    public static Tensor Read(string text, LoadedRun run)
    {
        var condition = RunConditions.Read(run, text);
        RunWarnings.OfFarConditions(run, condition);
        return condition;
    }

    /// <summary>Reads one condition, [C].</summary>
    /// <inheritdoc cref="Read"/>
    /// <param name="text">A file of one row, numbers such as 0.1,-0.2, or numbers by name such as a=0.1,b=-0.2.</param>
    /// <param name="run">The run whose condition it is.</param>
    /// <param name="why">Why there can be but one, such as one picture shows the posterior of one condition.</param>
    public static Tensor ReadOne(string text, LoadedRun run, string why)
    {
        var condition = Read(text, run);
        return condition.dim() == 1
            ? condition
            : throw new CommandException(ExitCode.Usage, $"{text}: has {condition.shape[0]} rows, but {why}.");
    }
}
