using System.Globalization;
using FFF.Formats;
using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Datasets.Table;

/// <summary>What a simulator gave.</summary>
/// <param name="Parameters">θ, [N, D], float64: those of which the observation is finite.</param>
/// <param name="Observations">x, [N, C], float64.</param>
/// <param name="Columns">The names of the C columns; null where the file has none.</param>
/// <param name="Lost">How many simulations were left out, as something in them is not finite.</param>
internal sealed record SimulatedRows(Tensor Parameters, Tensor Observations, IReadOnlyList<string>? Columns, long Lost);

/// <summary>A simulator of the user's own: a command that reads parameters, a row each, and writes an observation for each, in the same order.</summary>
/// <param name="Command">
/// The command, such as python sim.py {parameters} {observations}: both stand for .csv files with a header, {parameters.npy} and {observations.npy} for
/// matrices of NumPy, and {seed} for a whole number.
/// </param>
/// <param name="Timeout">After so many seconds it is ended; null where it may take any time.</param>
internal sealed record OwnSimulator(string Command, double? Timeout = null)
{
    /// <summary>The key that says how long it may take.</summary>
    private const string TimeoutKey = "data.simulator_timeout";

    private const string Seed = "{seed}";

    private static readonly OwnCommand.File[] Inputs = [new("{parameters}", "parameters.csv"), new("{parameters.npy}", "parameters.npy")];
    private static readonly OwnCommand.File[] Outputs = [new("{observations}", "observations.csv"), new("{observations.npy}", "observations.npy")];

    /// <summary>What a command lacks, in words that begin with "expected"; null if nothing.</summary>
    public static string? Problem(string command) =>
        Inputs.Count(file => Has(command, file)) == 1 && Outputs.Count(file => Has(command, file)) == 1
            ? null
            : "expected {parameters} or {parameters.npy}, and {observations} or {observations.npy} in the command, which stand for the files that it "
                + "reads and writes";

    /// <summary>What {seed} stands for in a use of the simulator: a number that generators of all languages take.</summary>
    /// <param name="seed">The seed of all chance.</param>
    /// <param name="use">Tells uses of one seed apart.</param>
    public static int SeedOf(long seed, int use) => (int)(NamedSeed.Derive(seed, "simulate/command", use) & int.MaxValue);

    /// <summary>Simulates.</summary>
    /// <param name="parameters">θ, [N, D].</param>
    /// <param name="names">The D parameters.</param>
    /// <param name="seed">What {seed} stands for.</param>
    /// <param name="stop">Asks to stop.</param>
    /// <returns>The caller's.</returns>
    /// <exception cref="DatasetException">The command fails, takes too long, writes other rows or columns, or nothing that is finite.</exception>
    public SimulatedRows Run(Tensor parameters, IReadOnlyList<string> names, long seed, CancellationToken stop)
    {
        var (input, output) = (Inputs.Single(file => Has(Command, file)), Outputs.Single(file => Has(Command, file)));
        using var scope = NewDisposeScope();
        var theta = parameters.cpu().to(float64);
        var command = Command.Replace(Seed, seed.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        return OwnCommand.Exchange(command, input, output, path => MatrixFile.Write(path, names, theta), path => Read(path, theta), stop,
            Timeout is { } seconds ? new(seconds, TimeoutKey) : null);
    }

    private static bool Has(string command, OwnCommand.File file) => command.Contains(file.Word, StringComparison.Ordinal);

    private SimulatedRows Read(string path, Tensor theta)
    {
        var file = File(path);
        if (file.Values.shape[0] != theta.shape[0])
        {
            throw new DatasetException($"The command '{Command}' wrote {NumberText.Counted(file.Values.shape[0], "row")} of observations for "
                + $"{NumberText.Counted(theta.shape[0], "row")} of parameters: one is needed for each, in their order.");
        }

        var kept = file.Values.isfinite().all(1).nonzero().flatten();
        return kept.shape[0] > 0
            ? new(theta.index_select(0, kept).MoveToOuterDisposeScope(), file.Values.index_select(0, kept).MoveToOuterDisposeScope(),
                file.Columns, theta.shape[0] - kept.shape[0])
            : throw new DatasetException($"The command '{Command}' wrote no observation that is finite.");
    }

    /// <summary>Cells may be not a number where a simulation failed. One number each may be a vector.</summary>
    private MatrixFile File(string path)
    {
        try
        {
            var file = MatrixFile.Read(path, sparse: true);
            return file.Values.dim() == 1 ? file with { Values = file.Values.unsqueeze(1) } : file;
        }
        catch (FileReadException e)
        {
            throw new DatasetException($"The command '{Command}' wrote observations that cannot be read: {e.Message}", e);
        }
    }
}
