using System.Globalization;
using System.Text.Json;
using FFF.Datasets;
using FFF.Flows;
using FFF.Flows.Ensembles;
using FFF.Formats;
using FFF.Native;
using FFF.Numerics;
using FFF.Options;
using FFF.Randomness;
using FFF.Spaces;
using FFF.Training;
using FFF.Transforms;
using TorchSharp;
using static TorchSharp.torch;

namespace FFF;

/// <summary>
/// A conditional density in the data's own units, to sample from and to evaluate: a flow together with the space that its
/// data are of and the transforms that it is trained behind.
/// </summary>
/// <remarks>
/// Every log-density is one of the data's own units: that of the flow plus log|det| of the transform. Data go through the
/// transforms in float64 on the CPU, and to the flow in float32. Samples are in the type of the data that were standardised: float32
/// cannot tell the values apart of a narrow column far from zero. Tensors that are returned are on the CPU and belong to the caller.
/// Sampling, densities, encoding and decoding may be asked for by any number of threads at once: they change nothing in the model, draw from a
/// stream of random numbers of their own, made of the seed, and turn gradients off for their own thread only. What they hold grows with the rows
/// that are asked for, not with the calls. A model is disposed of by its owner, or by the
/// dispose scope in which it was made.
/// </remarks>
public sealed class DensityModel : IDisposable
{
    private const string OptionsNote = "fff.model";
    private const string FlowPrefix = "flow.";
    private const string DataPrefix = "standardizer.data";
    private const string ConditionPrefix = "standardizer.condition";
    private const string SpreadPrefix = "conditions.spread";

    private readonly Method _method;
    private readonly RowScaling _data;
    private readonly RowScaling? _condition;
    private readonly ConditionSpread? _spread;
    private readonly Chain _transform;

    /// <summary>How it was fitted; null for the model of a run.</summary>
    private ModelOptions? _options;

    private DensityModel(Method method, Space space, RowScaling data, RowScaling? condition, ConditionSpread? spread, Device device)
    {
        (_method, Space, _data, _condition, _spread, Device) = (method, space, data, condition, spread, device);
        _transform = new([.. new ITransform?[] { space.Transform, data }.OfType<ITransform>()]);
        Flow.to(device);
    }

    /// <summary>The density on transformed data.</summary>
    public Flow Flow => _method.Flow;

    /// <summary>What training minimises.</summary>
    public IObjective Objective => _method.Objective;

    /// <summary>The settings that the networks are told.</summary>
    public SettingConditions Settings => _method.Settings;

    /// <summary>What the data are points of.</summary>
    public Space Space { get; }

    /// <summary>From the data's own units to those of the flow.</summary>
    public ITransform Transform => _transform;

    /// <summary>From the conditions' own units to what the flow is told; null where there are no conditions.</summary>
    internal ITransform? ConditionTransform => _condition;

    /// <summary>
    /// The mean of each column of the training data's conditions, [C], of those that are scaled as logarithms or ranks that of these, taken back; null
    /// where there are none. The caller's.
    /// </summary>
    public Tensor? ConditionMean
    {
        get
        {
            using var scope = NewDisposeScope();
            return _condition?.Inverse(zeros([1, ConditionDimension], float64)).X[0].MoveToOuterDisposeScope();
        }
    }

    /// <summary>
    /// The number of conditions' column that lies farthest from the training's mean, and how many of its standard deviations; null where they were
    /// not standardised, so that neither is known.
    /// </summary>
    /// <param name="conditions">[C] or [N, C], finite.</param>
    internal (int Column, double Deviations)? FarthestCondition(Tensor conditions)
    {
        using var scope = NewDisposeScope();
        if (_condition is null || _condition.IsIdentity)
        {
            return null;
        }

        var far = _condition.Forward(conditions.cpu().to(float64).reshape(-1, ConditionDimension)).Y.abs().amax(0);
        return ((int)far.argmax().item<long>(), far.max().item<double>());
    }

    /// <summary>Conditions that combine their numbers as those of the training do not; null for none, or where the training's were too few to tell.</summary>
    /// <param name="conditions">[C] or [N, C], finite.</param>
    internal UnlikeConditions? UnlikeConditions(Tensor conditions)
    {
        using var scope = NewDisposeScope();
        return _spread?.Unlike(_condition!.Forward(conditions.cpu().to(float64).reshape(-1, ConditionDimension)).Y);
    }

    /// <summary>How many flows the density is a mixture of; 1 where it is none.</summary>
    public int Ensemble => (Flow as EnsembleFlow)?.Count ?? 1;

    /// <summary>Where the flow lives.</summary>
    public Device Device { get; }

    /// <summary>D, the numbers of a latent row.</summary>
    public int Dimension => Flow.Dimension;

    /// <summary>C; 0 where there are no conditions.</summary>
    public int ConditionDimension => (int)(_condition?.Standardizer.Mean.shape[0] ?? 0);

    /// <summary>Fits a model to rows of numbers. Loads libtorch where nothing has yet.</summary>
    /// <param name="data">The rows, [N, D]; at least two to train on.</param>
    /// <param name="conditions">What they are conditioned on, [N, C]; null for an unconditional density.</param>
    /// <param name="options">Network, objective, optimiser, seed; the defaults if left out.</param>
    /// <param name="progress">Is told the progress after every step.</param>
    /// <param name="stop">Asks to stop, with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentException">
    /// The shapes do not fit, numbers are not finite, a column is constant or has values that float32 cannot tell apart, or a number of the options is
    /// out of its bounds.
    /// </exception>
    /// <exception cref="DatasetException">There are too few rows to train on.</exception>
    /// <exception cref="UnsuitableOptionsException">A network or latent density does not fit the data.</exception>
    /// <exception cref="DivergedException">The loss does not become finite again.</exception>
    public static DensityModel Fit(
        double[,] data, double[,]? conditions = null, ModelOptions? options = null, IProgress<TrainingProgress>? progress = null,
        CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        Libtorch.Load();
        using var rows = tensor(data);
        using var given = conditions is null ? null : tensor(conditions);
        return Fit(new Samples(rows, given), options, null, progress, stop);
    }

    /// <summary>Fits a model to samples of any space.</summary>
    /// <inheritdoc cref="Fit(double[,], double[,], ModelOptions, IProgress{TrainingProgress}, CancellationToken)"/>
    /// <param name="samples">The samples, in their own units.</param>
    /// <param name="options">Network, objective, optimiser, seed; the defaults if left out.</param>
    /// <param name="device">Where the model is trained and lives; the CPU if left out.</param>
    /// <param name="progress">Is told the progress after every step.</param>
    /// <param name="stop">Asks to stop, with an <see cref="OperationCanceledException"/>.</param>
    public static DensityModel Fit(
        Samples samples, ModelOptions? options = null, Device? device = null, IProgress<TrainingProgress>? progress = null, CancellationToken stop = default)
    {
        options ??= new();
        var model = ModelFit.Run(samples, options, device ?? CPU, progress, stop);
        model._options = options;
        return model;
    }

    /// <summary>Reads a model that <see cref="Save"/> wrote. Loads libtorch where nothing has yet.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">Where the model shall live; the CPU if left out.</param>
    /// <exception cref="FileReadException">The file is missing or damaged, or holds no model.</exception>
    public static DensityModel Load(string path, Device? device = null)
    {
        Libtorch.Load();
        var (tensors, notes) = Safetensors.Read(path);
        try
        {
            var options = ModelOptionsJson.Read(
                notes.GetValueOrDefault(OptionsNote) ?? throw new FileReadException(path, "holds no model that was saved by DensityModel.Save."));
            var model = Restore((space, conditions) => ModelFit.Build(options, space, conditions), tensors, null, device ?? CPU);
            model._options = options;
            return model;
        }
        catch (Exception e) when (e is ArgumentException or JsonException or UnsuitableOptionsException)
        {
            throw new FileReadException(path, e.Message, e);
        }
        finally
        {
            foreach (var saved in tensors.Values)
            {
                saved.Dispose();
            }
        }
    }

    /// <summary>Writes the model, with its options, into one .safetensors file, which is replaced only once it is whole.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidOperationException">
    /// The model was not made by <see cref="Fit(double[,], double[,], ModelOptions, IProgress{TrainingProgress}, CancellationToken)"/>:
    /// a run's checkpoints are its own files.
    /// </exception>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    public void Save(string path)
    {
        var options = _options
            ?? throw new InvalidOperationException("Only a model that was fitted or loaded as such can be saved: a run keeps its own checkpoints.");
        using var scope = NewDisposeScope();
        Safetensors.Write(path, Tensors(Flow.named_parameters().ToDictionary(named => named.name, named => named.parameter.detach().cpu())),
            new Dictionary<string, string> { [OptionsNote] = ModelOptionsJson.Write(options) });
    }

    /// <summary>A new model for these training samples.</summary>
    /// <param name="build">Builds the method for a space of data and a number C of conditions, on the CPU.</param>
    /// <param name="train">The training samples, in their own units.</param>
    /// <param name="scalings">How columns of data and conditions are scaled; the space may rule it out for the data.</param>
    /// <param name="device">Where the flow shall live.</param>
    public static DensityModel Create(Func<Space, int, Method> build, IRows train, ColumnScalings scalings, Device device)
    {
        var (data, condition, spread) = Scaled(train, scalings);
        return new(build(train.Space, train.ConditionDimension), train.Space, data, condition, spread, device);
    }

    /// <summary>The model that <see cref="Tensors"/> were taken of.</summary>
    /// <param name="build">Builds the same method for a space of data and a number C of conditions, on the CPU.</param>
    /// <param name="tensors">What <see cref="Tensors"/> gave.</param>
    /// <param name="space">The space of the data where the tensors tell none; vectors if left out.</param>
    /// <param name="device">Where the flow shall live.</param>
    /// <exception cref="ArgumentException">The tensors belong to another method, or are damaged.</exception>
    public static DensityModel Restore(Func<Space, int, Method> build, IReadOnlyDictionary<string, Tensor> tensors, Space? space, Device device)
    {
        var data = RowScaling.From(tensors, DataPrefix);
        var condition = tensors.ContainsKey(ConditionPrefix + ".mean") ? RowScaling.From(tensors, ConditionPrefix) : null;
        var dimension = (int)data.Standardizer.Mean.shape[0];
        space = SpaceFile.Load(tensors, dimension) ?? space ?? new VectorSpace(dimension);
        var method = build(space, (int)(condition?.Standardizer.Mean.shape[0] ?? 0));
        using var noGradient = no_grad();
        foreach (var (name, parameter) in method.Flow.named_parameters())
        {
            if (!tensors.TryGetValue(FlowPrefix + name, out var saved) || !saved.shape.SequenceEqual(parameter.shape) || !saved.is_floating_point())
            {
                var problem = $"'{FlowPrefix}{name}' is {(saved is null ? "missing" : $"{saved.dtype}[{string.Join(", ", saved.shape)}]")}, "
                    + $"expected {parameter.dtype}[{string.Join(", ", parameter.shape)}]";
                method.Flow.Dispose();
                throw new ArgumentException($"The checkpoint does not fit the configuration: {problem}.", nameof(tensors));
            }

            if (!saved.isfinite().all().item<bool>())
            {
                method.Flow.Dispose();
                throw new ArgumentException(
                    $"The checkpoint is damaged: '{FlowPrefix}{name}' holds numbers that are not finite. Use another checkpoint of the run.", nameof(tensors));
            }

            parameter.copy_(saved);
        }

        var spread = ConditionSpread.From(tensors, SpreadPrefix, (int)(condition?.Standardizer.Mean.shape[0] ?? 0));
        return new(method, space, data.Copy(), condition?.Copy(), spread, device);
    }

    /// <summary>The same model, with its flow moved to a device. This one is not to be used any more.</summary>
    public DensityModel To(Device device) => new(_method, Space, _data, _condition, _spread, device) { _options = _options };

    /// <summary>
    /// All that <see cref="Restore"/> needs beside the method's description; the tensors of the weights and of the model's transforms are not copied.
    /// </summary>
    /// <param name="weights">The weights to keep, under the flow's names.</param>
    public Dictionary<string, Tensor> Tensors(IReadOnlyDictionary<string, Tensor> weights)
    {
        var tensors = weights.ToDictionary(w => FlowPrefix + w.Key, w => w.Value);
        foreach (var (name, value) in _data.NamedTensors(DataPrefix).Concat(_condition?.NamedTensors(ConditionPrefix) ?? [])
            .Concat(_spread?.NamedTensors(SpreadPrefix) ?? [])
            .Concat(Space.Tensors().Select(saved => (saved.Key, saved.Value))))
        {
            tensors[name] = value;
        }

        return tensors;
    }

    /// <summary>Samples as the flow is given them, on its device, and log|det| of the transform for each, [N], float64, on the CPU.</summary>
    /// <param name="rows">The samples, in their own units; those in files are read into memory.</param>
    public (Samples Samples, Tensor LogDet) Transformed(IRows rows)
    {
        using var scope = NewDisposeScope();
        var samples = rows as Samples ?? rows.Part(0, rows.Count);
        var (data, logDet) = _transform.Forward(samples.Data.cpu().to(float64));
        var transformed = samples with { Data = data.to(float32).to(Device), Condition = samples.Condition is { } c ? ConditionOf(c) : null };
        transformed.Data.MoveToOuterDisposeScope();
        transformed.Condition?.MoveToOuterDisposeScope();
        return (transformed, logDet.MoveToOuterDisposeScope());
    }

    /// <summary>Rows as the flow is given them: samples in memory now, those in files batch by batch.</summary>
    internal IRows ForFlow(IRows rows) => rows is Samples samples ? Transformed(samples).Samples : new TransformedRows(rows, this);

    /// <summary>z = f(x), [N, D].</summary>
    /// <param name="samples">Data and conditions in their own units.</param>
    /// <exception cref="NotSupportedException">The model is an ensemble, whose members have codes of their own.</exception>
    public Tensor Encode(Samples samples)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var transformed = Transformed(samples).Samples;
        return Flow.Encode(transformed.Data, Settings.ForEvaluation(transformed.Condition, transformed.Data)).cpu().MoveToOuterDisposeScope();
    }

    /// <summary>x = g(z), [N, D], in the data's own units.</summary>
    /// <param name="z">[N, D].</param>
    /// <param name="condition">One condition for all, [C], or one each, [N, C]; null where C = 0.</param>
    public Tensor Decode(Tensor z, Tensor? condition = null)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var latents = z.to(float32).to(Device);
        return _transform.Inverse(Flow.Decode(latents, Told(condition, latents)).cpu().to(float64)).X.to(_data.Type).MoveToOuterDisposeScope();
    }

    /// <summary>What the flow's networks are told of rows with these conditions, on its device; null where they are told nothing.</summary>
    /// <param name="condition">One condition for all, [C], or one each, [N, C], in their own units; null where C = 0.</param>
    /// <param name="like">The rows, which tell type and device, [N, D].</param>
    /// <exception cref="ArgumentException">The conditions do not fit.</exception>
    internal Tensor? Told(Tensor? condition, Tensor like)
    {
        RequireCondition(like.shape[0], condition);
        return Settings.ForEvaluation(ConditionsOf(condition, 0, like.shape[0]), like);
    }

    /// <summary>How far samples are from what their latents are decoded to, on transformed data, [N], float64, on the CPU.</summary>
    /// <param name="samples">Data and conditions in their own units.</param>
    internal Tensor Reconstruction(Samples samples)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var transformed = Transformed(samples).Samples;
        return Flow.Reconstruction(transformed.Data, Settings.ForEvaluation(transformed.Condition, transformed.Data)).cpu().MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Exact log-densities log p(x | c) by the encoder, in the data's own units, in nats; of molecules a lower bound, and −∞ outside of bounds.
    /// </summary>
    /// <param name="data">The rows, [N, D].</param>
    /// <param name="conditions">[N, C]; null where C = 0.</param>
    /// <exception cref="ArgumentException">
    /// The shapes do not fit, a number is not finite, or a row is so far from the training data that its density is no number.
    /// </exception>
    public double[] LogProb(double[,] data, double[,]? conditions = null)
    {
        using var scope = NewDisposeScope();
        using var condition = conditions is null ? null : tensor(conditions);
        RequireCondition(data.GetLength(0), condition);
        if (data.GetLength(1) != Space.Dimension)
        {
            throw new ArgumentException($"The rows have {data.GetLength(1)} numbers, but this model was trained on rows of {Space.Dimension}.", nameof(data));
        }

        var rows = tensor(data);
        var wrong = rows.isfinite().logical_not().nonzero();
        if (wrong.shape[0] > 0)
        {
            throw new ArgumentException($"Row {wrong[0, 0].item<long>()}, column {wrong[0, 1].item<long>()} (counted from 0) is not finite.", nameof(data));
        }

        var logProb = EncoderLogProb(new Samples(rows, condition)).data<double>().ToArray();
        return Array.FindIndex(logProb, double.IsNaN) is var lost and >= 0
            ? throw new ArgumentException($"Row {lost} (counted from 0) has numbers so far from the training data that its density is no number.", nameof(data))
            : logProb;
    }

    /// <summary>Draws x = g(z), z from the latent density.</summary>
    /// <param name="count">N.</param>
    /// <param name="condition">One condition for all, [C], or one each, [N, C]; null where C = 0.</param>
    /// <param name="seed">The same seed draws the same.</param>
    /// <param name="temperature">T: latents are scaled by √T; below 1, samples keep closer to the modes.</param>
    /// <returns>[N, D].</returns>
    /// <exception cref="ArgumentException">
    /// The condition does not fit or is not finite, N is negative, or T is no positive number.
    /// </exception>
    public Tensor Sample(long count, Tensor? condition, long seed, double temperature = 1) =>
        InBlocks(count, condition, seed, temperature, (z, c) => (Flow.Decode(z, c), null, null)).X;

    /// <summary>Draws samples with their log-densities.</summary>
    /// <inheritdoc cref="Sample"/>
    /// <returns>
    /// [N, D], and the log-density that they are drawn from, [N], float64, in the data's own units: at a temperature T that of
    /// latents √T z, log p(z) − (S/2) log T − log|det ∂g/∂z|, with S the latent density's dimension.
    /// </returns>
    /// <exception cref="NotSupportedException">The flow has no exact density (<see cref="IExactDensity"/>).</exception>
    /// <exception cref="ArgumentException">The same as without log-densities, or the model is an ensemble and T is not 1.</exception>
    public DecodedSamples SampleWithLogProb(long count, Tensor? condition, long seed, double temperature = 1)
    {
        var exact = Flow as IExactDensity
            ?? throw new NotSupportedException($"{Flow.GetName()} has no exact log-density of its samples. Leave the log-density out.");
        if (temperature != 1 && Ensemble > 1)
        {
            throw new ArgumentException("The log-density of an ensemble's samples is known at temperature 1 only. Leave one of both out.", nameof(temperature));
        }

        var (samples, logProb, sign) = InBlocks(count, condition, seed, temperature, (z, c) =>
        {
            var decoded = exact.DecodeWithLogProb(z, c);
            return (decoded.X, decoded.LogProb + OfTemperature(z, temperature), decoded.Sign);
        });
        return new(samples, logProb!) { Sign = sign };
    }

    /// <summary>Searches for where the density is highest, by gradient ascent from the best of a thousand samples.</summary>
    /// <param name="condition">What it is conditioned on, [C]; null where C = 0.</param>
    /// <param name="seed">The same seed searches from the same samples.</param>
    /// <param name="starts">From how many samples.</param>
    /// <exception cref="ArgumentException">The condition does not fit or is not finite.</exception>
    public DensityMode Mode(Tensor? condition, long seed, int starts = 20)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(starts, 1);
        RequireCondition(1, condition);
        return ModeSearch.Run(this, condition, seed, starts, null);
    }

    /// <summary>The rows that are behind the transform at y, and their log-densities in their own units.</summary>
    /// <param name="y">[B, D], float64.</param>
    /// <param name="condition">[C] or null.</param>
    internal (Tensor X, Tensor LogProb) BehindTransform(Tensor y, Tensor? condition)
    {
        using var scope = NewDisposeScope();
        var given = y.to(float32).to(Device);
        var logProb = Flow.EncoderLogProb(given, Settings.ForEvaluation(ConditionsOf(condition, 0, y.shape[0]), given)).LogProb;
        var (x, logDet) = _transform.Inverse(y);
        return (x.MoveToOuterDisposeScope(), (logProb.cpu().to(float64) + logDet).MoveToOuterDisposeScope());
    }

    /// <summary>Exact log-likelihoods in the data's own units, and reconstruction errors on transformed data.</summary>
    /// <param name="samples">Data and conditions in their own units; those in files are read part by part.</param>
    public Likelihood LogLikelihood(IRows samples) => LogLikelihood(samples, samples.Count);

    /// <summary>The encoder's exact log-likelihoods alone, [N], float64, in the data's own units; −∞ outside of bounds.</summary>
    /// <param name="samples">Data and conditions in their own units, in memory.</param>
    internal Tensor EncoderLogProb(Samples samples)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (transformed, logDet) = Transformed(samples);
        var logProb = Flow.EncoderLogProb(transformed.Data, Settings.ForEvaluation(transformed.Condition, transformed.Data)).LogProb.cpu() + logDet;
        return InBounds(logProb, Outside(samples.Data.cpu().to(float64))).MoveToOuterDisposeScope();
    }

    /// <summary>Log-densities, [B], where rows outside have none.</summary>
    private static Tensor InBounds(Tensor logProb, Tensor? outside) => outside is null ? logProb : logProb.masked_fill(outside, double.NegativeInfinity);

    private Likelihood LogLikelihoodOf(Samples samples)
    {
        using var scope = NewDisposeScope();
        var (transformed, logDet) = Transformed(samples);
        var likelihood = Flow.LogLikelihood(transformed.Data, Settings.ForEvaluation(transformed.Condition, transformed.Data));
        var outside = Outside(samples.Data.cpu().to(float64));
        Tensor InOwnUnits(Tensor logProb) => InBounds(logProb.cpu() + logDet, outside).MoveToOuterDisposeScope();

        return new(
            InOwnUnits(likelihood.Encoder),
            InOwnUnits(likelihood.Decoder),
            likelihood.Reconstruction.cpu().MoveToOuterDisposeScope())
        {
            EncoderSign = likelihood.EncoderSign?.cpu().MoveToOuterDisposeScope(),
            DecoderSign = likelihood.DecoderSign?.cpu().MoveToOuterDisposeScope(),
            LogDet = logDet.MoveToOuterDisposeScope(),
        };
    }

    /// <summary>The same of the first rows.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="most">At most so many.</param>
    /// <param name="progress">Is told the share that is done; or null.</param>
    /// <param name="stop">Asks to stop, with an <see cref="OperationCanceledException"/>.</param>
    internal Likelihood LogLikelihood(IRows rows, long most, Action<double>? progress = null, CancellationToken stop = default)
    {
        using var scope = NewDisposeScope();
        var (parts, all) = (new List<Likelihood>(), Math.Min(most, rows.Count));
        var ranges = rows.Ranges().TakeWhile(range => range.First == 0 || range.First < all)
            .Select(range => (range.First, Math.Min(range.Count, all - range.First)));

        // Flows without an exact density treat the rows of a call together: they draw for all, and compare signs among them.
        var told = Flow is IExactDensity ? progress : null;
        foreach (var (first, count) in RowChunks.Told(ranges, all, all, told, stop))
        {
            using var inner = NewDisposeScope();
            var likelihood = LogLikelihoodOf(rows.Part(first, count));
            parts.Add(likelihood);
            foreach (var values in new[] { likelihood.Encoder, likelihood.Decoder, likelihood.Reconstruction, likelihood.EncoderSign, likelihood.DecoderSign,
                likelihood.LogDet })
            {
                values?.MoveToOuterDisposeScope();
            }
        }

        Tensor? Joined(Func<Likelihood, Tensor?> values) =>
            values(parts[0]) is null ? null : RowChunks.Joined([.. parts.Select(part => values(part)!)]).MoveToOuterDisposeScope();
        return new(Joined(part => part.Encoder)!, Joined(part => part.Decoder)!, Joined(part => part.Reconstruction)!)
        {
            EncoderSign = Joined(part => part.EncoderSign),
            DecoderSign = Joined(part => part.DecoderSign),
            LogDet = Joined(part => part.LogDet),
        };
    }

    /// <inheritdoc/>
    public void Dispose() => Flow.Dispose();

    /// <summary>How training rows are scaled, and how the conditions of the first of them lie together on the scale on which they are learnt.</summary>
    private static (RowScaling Data, RowScaling? Condition, ConditionSpread? Spread) Scaled(IRows train, ColumnScalings scalings)
    {
        using var scope = NewDisposeScope();
        var first = train.Part(0, Math.Min(train.Count, HeavyTails.MaxRows));
        var (data, condition) = ScalingOf(train, first, scalings);
        var spread = condition is null ? null : ConditionSpread.Of(condition.Forward(first.Condition!.cpu().to(float64)).Y);
        _ = data.Standardizer.MoveToOuterDisposeScope();
        _ = condition?.Standardizer.MoveToOuterDisposeScope();
        spread?.Mean.MoveToOuterDisposeScope();
        spread?.Covariance.MoveToOuterDisposeScope();
        return (data, condition, spread);
    }

    /// <summary>
    /// How training rows are scaled. Data of float64 keep its precision where they are scaled; others, and what is left as it is, are of float32, unless
    /// that takes points out of their space.
    /// </summary>
    private static (RowScaling Data, RowScaling? Condition) ScalingOf(IRows train, Samples first, ColumnScalings scalings)
    {
        using var scope = NewDisposeScope();

        // What a transform makes of all columns together, such as distances of positions, is no column that could be named.
        var ofData = train.Space.TransformedDimension != train.Space.Dimension
            ? Enumerable.Repeat(Scaling.Standard, train.Space.TransformedDimension).ToArray()
            : train.Space.IsStandardized ? scalings.Data : [.. scalings.Data.Select(_ => Scaling.None)];
        var data = Of(first.Data, train.Space.Transform, train.Moments, ofData, train.Space.KeepsSingle);
        return (data, first.Condition is { } given ? OfConditions(given) : null);

        RowScaling OfConditions(Tensor conditions)
        {
            var own = scalings.OfConditions(conditions, before => train.ConditionMoments(before)!);
            var scaling = Of(own.Rows, null, own.MomentsAfter, own.Scalings, keepsSingle: true);
            if (scalings.Alike is not { } alike)
            {
                return scaling;
            }

            var all = alike.Of(scaling);
            _ = all.Standardizer.MoveToOuterDisposeScope();
            scaling.Standardizer.Mean.Dispose();
            scaling.Standardizer.Std.Dispose();
            return all;
        }

        static RowScaling Of(
            Tensor rows, ITransform? before, Func<ITransform?, ColumnMoments> momentsAfter, IReadOnlyList<Scaling> scalings, bool keepsSingle)
        {
            var isScaled = scalings.Any(scaling => scaling != Scaling.None);
            var scaling = isScaled ? RowScaling.Fit(rows, before, momentsAfter, scalings).Scaling : new(null, Standardizer.Identity(scalings.Count));
            var type = (isScaled && rows.dtype == float64) || !keepsSingle ? float64 : float32;
            scaling = scaling.To(type);
            _ = scaling.Standardizer.MoveToOuterDisposeScope();
            return scaling;
        }
    }

    /// <summary>Which rows have no density because they lie where no sample can, [B]; null where there are no such places.</summary>
    /// <param name="data">In their own units, float64, [B, D].</param>
    private Tensor? Outside(Tensor data)
    {
        var outside = Space.Contains(data)?.all(1).logical_not();
        if (_data.Maps is null)
        {
            return outside;
        }

        var lost = _data.Maps.Forward(Space.Transform?.Forward(data).Y ?? data).Y.isfinite().all(1).logical_not();
        return outside is null ? lost : outside | lost;
    }

    private Tensor ConditionOf(Tensor condition)
    {
        using var scope = NewDisposeScope();
        return _condition!.Forward(condition.cpu().to(float64)).Y.to(float32).to(Device).MoveToOuterDisposeScope();
    }

    /// <summary>The conditions of some rows, one each, or one for all, [1, C].</summary>
    private Tensor? ConditionsOf(Tensor? condition, long first, long rows) =>
        condition is null ? null : ConditionOf(condition.dim() == 1 ? condition.unsqueeze(0) : condition.narrow(0, first, rows));

    /// <summary>Validates on rows in their own units, or on the first of them where they are more than so many.</summary>
    internal Validator ValidatorOf(IRows held, int? most = null)
    {
        held = most < held.Count ? held.Part(0, most.Value) : held;
        using var scope = NewDisposeScope();
        if (held is Samples samples)
        {
            var (transformed, logDet) = Transformed(samples);
            return new(transformed.MoveToOuterDisposeScope(), Settings, logDet.mean().item<double>(), Objective.FinalBeta);
        }

        var mean = 0.0;
        foreach (var (first, count) in held.Ranges())
        {
            using var inner = NewDisposeScope();
            mean += Transformed(held.Part(first, count)).LogDet.mean().item<double>() * ((double)count / held.Count);
        }

        return new(ForFlow(held), Settings, mean, Objective.FinalBeta);
    }

    /// <summary>Sets the flow's weights, under their names.</summary>
    internal void Set(IReadOnlyDictionary<string, Tensor> weights)
    {
        using var noGradient = no_grad();
        foreach (var (name, parameter) in Flow.named_parameters())
        {
            parameter.copy_(weights[name]);
        }
    }

    /// <summary>What the log-density of latents √T z differs by from that of temperature 1, [B], float64.</summary>
    private Tensor OfTemperature(Tensor scaled, double temperature)
    {
        if (temperature == 1)
        {
            return zeros(1, dtype: float64, device: scaled.device);
        }

        var difference = Flow.Latent.LogProb(scaled / Math.Sqrt(temperature)) - Flow.Latent.LogProb(scaled);
        return difference.to(float64) - 0.5 * Flow.Latent.DensityDimension(Dimension) * Math.Log(temperature);
    }

    private (Tensor X, Tensor? LogProb, Tensor? Sign) InBlocks(
        long count, Tensor? condition, long seed, double temperature, Func<Tensor, Tensor?, (Tensor X, Tensor? LogProb, Tensor? Sign)> decode)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (!(temperature > 0 && double.IsFinite(temperature)))
        {
            throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "The temperature is a finite number above 0.");
        }

        RequireCondition(count, condition);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (samples, logProbs, signs) = (new List<Tensor>(), new List<Tensor>(), new List<Tensor>());
        foreach (var (first, rows) in RowChunks.Of(count, StreamBlock.Plain.Rows(Device)).DefaultIfEmpty((0L, 0L)))
        {
            using var block = NewDisposeScope();
            using var random = NamedSeed.Stream(seed, "sample", first);
            var z = Flow.Latent.Tempered(Flow.Latent.Sample(rows, Dimension, random).to(Device), temperature);
            var c = ConditionsOf(condition, first, rows);
            var (y, logProb, sign) = decode(z, Settings.ForEvaluation(c, z));
            var (x, logDet) = _transform.Inverse(y.cpu().to(float64));
            samples.Add(Space.Drawn(x, random).to(_data.Type).MoveToOuterDisposeScope());
            Keep(logProbs, logProb is null ? null : logProb.cpu() + logDet);
            Keep(signs, sign?.cpu());
        }

        Tensor? Joined(List<Tensor> parts) => parts.Count == 0 ? null : RowChunks.Joined(parts).MoveToOuterDisposeScope();
        return (Joined(samples)!, Joined(logProbs), Joined(signs));

        static void Keep(List<Tensor> parts, Tensor? part)
        {
            if (part is not null)
            {
                parts.Add(part.MoveToOuterDisposeScope());
            }
        }
    }

    /// <summary>Throws where these conditions, one each, [N, C], cannot be given.</summary>
    /// <exception cref="ArgumentException">They are more or fewer numbers, or have no place in float32.</exception>
    internal void RequireConditions(Tensor conditions) => RequireCondition(conditions.shape[0], conditions);

    private void RequireCondition(long count, Tensor? condition)
    {
        using var scope = NewDisposeScope();
        var problem = (ConditionDimension, condition) switch
        {
            (0, null) => null,
            (0, _) => "This flow has no condition, but one was given.",
            (var expected, null) => $"This flow is conditional: a condition of {expected} numbers is needed.",
            (var expected, var c) when c.shape[^1] != expected => $"The condition has {c.shape[^1]} numbers, but this flow was trained with {expected}.",
            (_, { } c) when c.dim() == 2 && c.shape[0] != count => $"There are {c.shape[0]} conditions for {count} samples: give one, or one for each sample.",
            (_, { } c) when !IsFinite(c) => "The condition is not finite.",
            (_, { } c) when NotTaken(c) is var (column, value) => string.Create(CultureInfo.InvariantCulture,
                $"Number {column + 1} of the condition is {value}, but the flow was trained on its logarithm: it must be above 0."),
            (_, { } c) when !IsFinite(c.dim() == 1 ? ConditionOf(c.unsqueeze(0)) : ConditionOf(c)) =>
                "The condition lies so far from those of the training that it has no place in float32, in which networks compute.",
            _ => null,
        };
        if (problem is not null)
        {
            throw new ArgumentException(problem, nameof(condition));
        }
    }

    /// <summary>The first number of a condition that its column's map does not take.</summary>
    private (int Column, double Value)? NotTaken(Tensor condition)
    {
        using var scope = NewDisposeScope();
        if (_condition?.Maps is not { } maps)
        {
            return null;
        }

        var rows = condition.cpu().to(float64).reshape(-1, ConditionDimension);
        var lost = maps.Forward(rows).Y.isfinite().logical_not().nonzero();
        return lost.shape[0] == 0 ? null : ((int)lost[0, 1].item<long>(), rows[lost[0, 0], lost[0, 1]].item<double>());
    }

    private static bool IsFinite(Tensor values)
    {
        using var scope = NewDisposeScope();
        return values.isfinite().all().item<bool>();
    }
}
