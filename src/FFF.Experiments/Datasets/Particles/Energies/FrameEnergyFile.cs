using FFF.Datasets.Molecules;
using FFF.Formats;
using static TorchSharp.torch;

namespace FFF.Datasets.Particles.Energies;

/// <summary>Reads the energies of rows, <see cref="FrameEnergies"/>.</summary>
internal static class FrameEnergyFile
{
    /// <summary>The key of the data that names it.</summary>
    public const string KeyName = "energies";
    private const string DefaultName = "energy";

    /// <summary>In kT; energies that are so far apart at least, as single precision makes them, tell nothing of weights.</summary>
    private const double CoarsestStep = 0.05;

    /// <summary>U of each row in units of kT, [N], float64, owned by the caller.</summary>
    /// <param name="config">Where the energies are.</param>
    /// <param name="positions">The file of positions.</param>
    /// <param name="rows">N, how many rows it has.</param>
    /// <param name="warn">Is told what does no harm but should be known.</param>
    /// <exception cref="DatasetException">They cannot be read, are not finite, or are more or fewer than the rows.</exception>
    public static Tensor Read(FrameEnergies config, string positions, long rows, Action<string>? warn)
    {
        using var scope = NewDisposeScope();
        try
        {
            var (file, values) = config.Path is { } path ? (path, OfTable(path, config.Name)) : (positions, OfComments(positions, config.Name ?? DefaultName));
            if (values.shape[0] != rows)
            {
                throw Wrong($"{file}: holds {NumberText.Counted(values.shape[0], "number")}, but {positions} has {NumberText.Counted(rows, "row")}: "
                    + "one energy for each row is needed, in the same order.");
            }

            using var wrong = values.isfinite().logical_not().nonzero();
            if (wrong.shape[0] > 0)
            {
                throw Wrong($"{file}: the energy of row {wrong[0, 0].item<long>()} (counted from 0) is not finite. Leave the row out of both files.");
            }

            var energies = values / config.Temperature;
            if (Doubt(file, values, energies) is { } doubt)
            {
                warn?.Invoke(doubt);
            }

            return energies.MoveToOuterDisposeScope();
        }
        catch (FileReadException e)
        {
            throw new DatasetException(e.Message, e) { Key = KeyName };
        }
    }

    private static DatasetException Wrong(string message) => new(message) { Key = KeyName };

    private static Tensor OfTable(string path, string? name)
    {
        var file = MatrixFile.Read(path);
        var columns = file.Values.dim() == 1 ? 1 : file.Values.shape[1];
        if (name is null)
        {
            return columns == 1
                ? file.Values.reshape(-1)
                : throw Wrong($"{path}: has {columns} columns{(file.Columns is { } known ? $", {string.Join(", ", known)}" : "")}; "
                    + (file.Columns is null ? "one energy for each row is needed." : "data.energies.name tells which of them is the energy."));
        }

        var at = (file.Columns ?? throw Wrong($"{path}: has no names of columns; leave data.energies.name out.")).Index()
            .Where(column => column.Item == name).Select(column => (int?)column.Index).FirstOrDefault();
        return at is { } index
            ? file.Values.select(1, index)
            : throw Wrong($"{path}: has no column '{name}', which data.energies.name says; its columns are {string.Join(", ", file.Columns)}.");
    }

    private static Tensor OfComments(string path, string name)
    {
        var numbers = new List<double>();
        foreach (var frame in MoleculeFile.Read(path))
        {
            var known = MoleculeProperties.Of(frame);
            numbers.Add(known.TryGetValue(name, out var value) ? value : throw Wrong(
                $"{path}: frame {numbers.Count + 1} (counted from 1) has no number '{name}' in its line of comment, such as {name}=-12.5. "
                + (known.Count > 0 ? $"What it has: {string.Join(", ", known.Keys)}; data.energies.name tells which is the energy." : "")
                + (known.Count == 0 ? "Give the energies as a file, data.energies.path." : "")));
        }

        return tensor(numbers.ToArray());
    }

    /// <summary>Energies of many atoms in single precision are far from zero, and rounded to more than weights bear.</summary>
    private static string? Doubt(string file, Tensor values, Tensor energies)
    {
        var step = energies.abs().max().item<double>() * Math.ScaleB(1, -23);
        return step > CoarsestStep && values.to(float32).to(float64).eq(values).all().item<bool>()
            ? FormattableString.Invariant($"{file}: holds energies in single precision, so far from zero that they are {step:G2} kT apart. ")
                + "Write them in double precision, or less a constant: log Z then lacks it, and nothing else changes."
            : null;
    }
}
