using System.Text.Json;
using Microsoft.ML.OnnxRuntime;

namespace Onnx;

/// <summary>A run that <c>fff export --format onnx</c> wrote, sampled and evaluated by ONNX Runtime. Rows and conditions are in the data's own units.</summary>
internal sealed class ExportedFlow : IDisposable
{
    private const int RowsOfStream = 1 << 16;
    private const int RowsAtOnce = 1 << 12;
    private const int DensitiesAtOnce = 1 << 9;

    private readonly string _folder;
    private readonly SessionOptions _options;
    private readonly Dictionary<string, InferenceSession> _sessions = [];
    private readonly Dictionary<string, string> _notes;

    /// <summary>Opens the files of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="threads">Threads for the arithmetic of one question.</param>
    public ExportedFlow(string folder, int threads)
    {
        _folder = File.Exists(Path.Combine(folder, "decode.onnx")) ? folder
            : throw new FileNotFoundException($"'{folder}' has no decode.onnx: name the folder that fff export --format onnx wrote.");
        _options = new SessionOptions { IntraOpNumThreads = threads, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        _notes = Session("decode").ModelMetadata.CustomMetadataMap;
        Columns = JsonSerializer.Deserialize<string[]>(_notes["fff.columns"])!;
        ConditionColumns = JsonSerializer.Deserialize<string[]>(_notes["fff.condition_columns"])!;
        Seed = long.Parse(_notes["fff.seed"], System.Globalization.CultureInfo.InvariantCulture);
        CodeDimension = (int)Session("decode").InputMetadata["z"].Dimensions[1];
        Dimension = (int)Session("decode").OutputMetadata["x"].Dimensions[1];
    }

    /// <summary>The names of the data's columns.</summary>
    public string[] Columns { get; }

    /// <summary>The names of the conditions' columns.</summary>
    public string[] ConditionColumns { get; }

    /// <summary>The run's own seed.</summary>
    public long Seed { get; }

    /// <summary>D, the numbers of a row.</summary>
    public int Dimension { get; }

    /// <summary>The numbers of a code: D, but fewer where a code leaves out how a molecule is turned.</summary>
    public int CodeDimension { get; }

    /// <summary>Whether what is decoded has one orientation, and is the caller's to turn at random.</summary>
    public bool HasOneOrientation => _notes.ContainsKey("fff.orientation");

    /// <summary>Whether codes are normal, as the ones that are drawn here; those of others are to be decoded from the caller's own.</summary>
    public bool HasNormalCodes => _notes["fff.latent"] is "normal" or "mean-free-normal";

    /// <summary>Draws rows, one after the other: the same as <c>fff sample</c> with the same seed.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="condition">What all are conditioned on; empty where there are no conditions.</param>
    /// <param name="withLogProb">Whether their log-densities are asked for, too.</param>
    public (double[] Rows, double[] LogProb) Sample(int count, long seed, double[] condition, bool withLogProb)
    {
        var (rows, logProb) = (new double[(long)count * Dimension], new double[withLogProb ? count : 0]);
        var session = Session(withLogProb ? "decode_with_log_prob" : "decode");
        for (var first = 0; first < count; first += RowsOfStream)
        {
            var drawn = Math.Min(RowsOfStream, count - first);
            var codes = Array.ConvertAll(Codes(seed, first, drawn), number => (double)number);
            Answer(session, "z", codes, CodeDimension, condition, drawn, withLogProb ? DensitiesAtOnce : RowsAtOnce, (at, results) =>
            {
                results[0].GetTensorDataAsSpan<double>().CopyTo(rows.AsSpan((first + at) * Dimension));
                if (withLogProb)
                {
                    results[1].GetTensorDataAsSpan<double>().CopyTo(logProb.AsSpan(first + at));
                }
            });
        }

        return (rows, logProb);
    }

    /// <summary>Exact log-densities of rows, in nats; negative infinity where there is no density.</summary>
    /// <param name="rows">The rows, one after the other.</param>
    /// <param name="conditions">One condition for all, or one for each after the other; empty where there are none.</param>
    public double[] LogProb(double[] rows, double[] conditions)
    {
        var result = new double[rows.Length / Dimension];
        Answer(Session("log_prob"), "x", rows, Dimension, conditions, result.Length, DensitiesAtOnce,
            (at, results) => results[0].GetTensorDataAsSpan<double>().CopyTo(result.AsSpan(at)));
        return result;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var session in _sessions.Values)
        {
            session.Dispose();
        }

        _options.Dispose();
    }

    private float[] Codes(long seed, int first, int rows)
    {
        var codes = new NormalStream(seed, first).Draw(rows * CodeDimension);
        if (_notes["fff.latent"] == "mean-free-normal")
        {
            Centre(codes, int.Parse(_notes["fff.space_dimensions"], System.Globalization.CultureInfo.InvariantCulture));
        }

        return codes;
    }

    /// <summary>Takes the mean position out of each row of positions.</summary>
    private void Centre(float[] codes, int axes)
    {
        for (var row = 0; row < codes.Length; row += Dimension)
        {
            for (var axis = 0; axis < axes; axis++)
            {
                var mean = 0f;
                for (var at = axis; at < Dimension; at += axes)
                {
                    mean += codes[row + at];
                }

                mean /= Dimension / axes;
                for (var at = axis; at < Dimension; at += axes)
                {
                    codes[row + at] -= mean;
                }
            }
        }
    }

    private void Answer(
        InferenceSession session, string input, double[] rows, int columns, double[] conditions, int count, int atOnce,
        Action<int, IReadOnlyList<OrtValue>> take)
    {
        using var run = new RunOptions();
        var width = session.InputMetadata.TryGetValue("condition", out var columnsOfConditions) ? columnsOfConditions.Dimensions[1] : 0;
        if (conditions.Length != width && conditions.Length != (long)count * width)
        {
            throw new ArgumentException($"The condition has {conditions.Length} numbers, but the run's is {width}"
                + (width > 0 ? $": give {string.Join(", ", ConditionColumns)} by --condition." : ", which has none: leave out --condition."));
        }

        for (var at = 0; at < count; at += atOnce)
        {
            var part = Math.Min(atOnce, count - at);
            using var given = Tensor(rows.AsMemory(at * columns, part * columns), part);
            var inputs = new Dictionary<string, OrtValue> { [input] = given };
            if (conditions.Length > 0)
            {
                inputs.Add("condition", conditions.Length == width ? Tensor(conditions, 1) : Tensor(conditions.AsMemory(at * width, part * width), part));
            }

            using var results = session.Run(run, inputs, session.OutputNames);
            take(at, results);
            inputs.GetValueOrDefault("condition")?.Dispose();
        }
    }

    private static OrtValue Tensor(Memory<double> numbers, int rows) =>
        OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, numbers, [rows, numbers.Length / rows]);

    private InferenceSession Session(string name)
    {
        if (!_sessions.TryGetValue(name, out var session))
        {
            session = new InferenceSession(Path.Combine(_folder, name + ".onnx"), _options);
            _sessions.Add(name, session);
        }

        return session;
    }
}
