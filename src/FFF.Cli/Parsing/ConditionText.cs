using System.Globalization;
using FFF.Formats;
using static TorchSharp.torch;

namespace FFF.Cli.Parsing;

/// <summary>Conditions as the user gives them: a file, or the numbers themselves.</summary>
internal static class ConditionText
{
    /// <summary>Reads the conditions.</summary>
    /// <param name="text">A .npy or .csv file of one row or many, or numbers such as 0.1,-0.2.</param>
    /// <returns>One condition, [C], or one per row, [N, C].</returns>
    /// <exception cref="FileReadException">The file cannot be read.</exception>
    /// <exception cref="CommandException">The text is neither.</exception>
    public static Tensor Read(string text)
    {
        if (Path.GetExtension(text).ToLowerInvariant() is ".npy" or ".csv" || File.Exists(text))
        {
            var rows = MatrixFile.Read(text);
            if (!rows.isfinite().all().item<bool>())
            {
                throw new CommandException(ExitCode.Usage, $"{text}: holds a value that is not finite, which conditions must be.");
            }

            return rows.shape[0] == 1 ? rows[0] : rows;
        }

        var numbers = new List<double>();
        foreach (var part in text.Split(','))
        {
            if (!double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
            {
                throw new CommandException(ExitCode.Usage, $"--condition: expected a .npy or .csv file, or numbers such as 0.1,-0.2; found '{text}'.");
            }

            numbers.Add(number);
        }

        return tensor(numbers.ToArray());
    }

    /// <summary>A part of a file's name that tells which condition was meant.</summary>
    public static string Name(string text)
    {
        var name = Path.GetExtension(text).ToLowerInvariant() is ".npy" or ".csv" ? Path.GetFileNameWithoutExtension(text) : text.Replace(',', '_');
        string clean = new([.. name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_').Take(40)]);
        return $"condition-{clean}";
    }
}
