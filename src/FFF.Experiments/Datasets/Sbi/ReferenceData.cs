using System.Globalization;
using FFF.Configuration;
using FFF.Formats;
using ICSharpCode.SharpZipLib.BZip2;
using static TorchSharp.torch;

namespace FFF.Datasets.Sbi;

/// <summary>What the benchmark publishes per task: observations, their true parameters, and samples of their posteriors.</summary>
/// <remarks>The files are embedded in the library; their origin and licence are in the folder <c>Reference</c>.</remarks>
internal static class ReferenceData
{
    /// <summary>How many observations each task has; they are numbered from 1.</summary>
    public const int ObservationCount = ObservationList.Count;

    /// <summary>How many samples a reference posterior has.</summary>
    public const int PosteriorCount = 10_000;

    /// <summary>The observed data x, [C], float32.</summary>
    /// <exception cref="DatasetException">There is no observation of this number.</exception>
    public static Tensor Observation(ISbiTask task, int number)
    {
        using var rows = Read(task, number, Files(task).Observation, task.DataDimension);
        return rows[0];
    }

    /// <summary>The parameters θ that the observation was simulated from, [D], float32.</summary>
    /// <exception cref="DatasetException">There is no observation of this number.</exception>
    public static Tensor TrueParameters(ISbiTask task, int number)
    {
        using var rows = Read(task, number, "true_parameters.csv", task.ParameterDimension);
        return rows[0];
    }

    /// <summary>Samples of the reference posterior p(θ | x), [<see cref="PosteriorCount"/>, D], float32.</summary>
    /// <exception cref="DatasetException">There is no observation of this number.</exception>
    public static Tensor Posterior(ISbiTask task, int number) =>
        Read(task, number, "reference_posterior_samples.csv.bz2", task.ParameterDimension);

    /// <summary>Constants of a simulator, from a file such as <c>slcp/gmm_loc.npy</c>, on the CPU.</summary>
    internal static Tensor Constants(string file)
    {
        using var stream = Open(file);
        return Npy.Read(stream, stream.Length);
    }

    /// <summary>A published file, by its path in the folder <c>Reference</c>.</summary>
    /// <exception cref="DatasetException">There is none.</exception>
    internal static Stream Open(string file) =>
        typeof(ReferenceData).Assembly.GetManifestResourceStream($"{typeof(ReferenceData).Namespace}.Reference.{file.Replace('/', '.')}")
        ?? throw new DatasetException($"The library holds no reference data '{file}'.");

    /// <summary>Two tasks are others whose data are given in another form; they share parameters and posteriors with them.</summary>
    private static (string Folder, string Observation) Files(ISbiTask task) => task switch
    {
        BernoulliGlmRawTask => ("bernoulli_glm", "observation_raw.csv"),
        SlcpDistractorsTask => ("slcp", "observation_distractors.csv"),
        _ => (task.Name, "observation.csv"),
    };

    private static Tensor Read(ISbiTask task, int number, string file, int columns)
    {
        if (number is < 1 or > ObservationCount)
        {
            throw new DatasetException($"There is no observation {number} of the task '{task.Name}': they are numbered from 1 to {ObservationCount}.");
        }

        using var raw = Open($"{Files(task).Folder}/num_observation_{number}/{file}");
        using var text = file.EndsWith(".bz2", StringComparison.Ordinal) ? new BZip2InputStream(raw) : raw;
        using var reader = new StreamReader(text);
        reader.ReadLine(); // the header
        var values = new List<float>();
        while (reader.ReadLine() is { Length: > 0 } line)
        {
            foreach (var field in line.AsSpan().Split(','))
            {
                values.Add(float.Parse(line.AsSpan(field), CultureInfo.InvariantCulture));
            }
        }

        return tensor(values, [values.Count / columns, columns]);
    }
}
