using FFF.Configuration;
using FFF.Datasets;
using FFF.Randomness;
using TorchSharp;
using static TorchSharp.torch;

namespace FFF.Flows;

/// <summary>
/// A flow together with the standardisation of its data: a conditional density in the data's own units, to sample from
/// and to evaluate.
/// </summary>
public sealed class TrainedFlow : IDisposable
{
    /// <summary>Samples that are decoded at once, so that memory stays bounded; of particles, so that as many pairs are.</summary>
    private const long ChunkSize = 1 << 16;

    private const string FlowPrefix = "flow.";
    private const string DataPrefix = "standardizer.data";
    private const string ConditionPrefix = "standardizer.condition";
    private const string ParticlesName = "data.particles";
    private const string ElementsName = "data.elements";
    private const string AtomCountsName = "data.atom_counts";

    private readonly Method _method;

    private TrainedFlow(Method method, Standardizer data, Standardizer? condition, ParticleShape? particles, MoleculeShape? molecules, Device device) =>
        (_method, DataStandardizer, ConditionStandardizer, Particles, Molecules, Device) = (method, data, condition, particles, molecules, device);

    /// <summary>The density on standardised data.</summary>
    public IFlow Flow => _method.Flow;

    /// <summary>The flow as a module, for its parameters.</summary>
    public nn.Module Module => (nn.Module)_method.Flow;

    /// <summary>What training minimises.</summary>
    public IObjective Objective => _method.Objective;

    /// <summary>The settings that the networks are told.</summary>
    public SettingConditions Settings => _method.Settings;

    /// <summary>The standardisation of the data.</summary>
    public Standardizer DataStandardizer { get; }

    /// <summary>The standardisation of the conditions; null where there are none.</summary>
    public Standardizer? ConditionStandardizer { get; }

    /// <summary>How a row of the data is a system of particles; null where it is none.</summary>
    public ParticleShape? Particles { get; }

    /// <summary>What there is to know of the molecules that the rows are; null where they are none.</summary>
    public MoleculeShape? Molecules { get; }

    /// <summary>Where the flow lives.</summary>
    public Device Device { get; }

    /// <summary>D.</summary>
    public int Dimension => Flow.Dimension;

    /// <summary>C; 0 where there are no conditions.</summary>
    public int ConditionDimension => (int)(ConditionStandardizer?.Mean.shape[0] ?? 0);

    /// <summary>A new flow for these training samples, with initial weights by the experiment's seed.</summary>
    /// <remarks>Positions of particles and molecules are never standardised: column by column, it would undo their symmetries.</remarks>
    public static TrainedFlow Create(Experiment experiment, Samples train, Device device)
    {
        Standardizer For(Tensor values, bool fit) => fit ? Standardizer.Fit(values) : Standardizer.Identity((int)values.shape[1]);
        var data = For(train.Data, experiment.Data.Standardize && train.Particles is null && train.Molecules is null);
        var condition = train.Condition is { } c ? For(c, experiment.Data.Standardize) : null;
        return Build(experiment, data, condition, train.Particles, train.Molecules, device);
    }

    /// <summary>The flow of an experiment with the weights of a checkpoint.</summary>
    /// <param name="experiment">The resolved experiment of the run.</param>
    /// <param name="tensors">What <see cref="Tensors"/> gave.</param>
    /// <param name="device">Where it shall live.</param>
    /// <exception cref="ArgumentException">The tensors belong to another experiment.</exception>
    public static TrainedFlow Load(Experiment experiment, IReadOnlyDictionary<string, Tensor> tensors, Device device)
    {
        var data = Standardizer.From(tensors, DataPrefix);
        var condition = tensors.ContainsKey(ConditionPrefix + ".mean") ? Standardizer.From(tensors, ConditionPrefix) : null;
        var particles = tensors.TryGetValue(ParticlesName, out var shape) ? ParticlesOf(shape, data.Mean.shape[0]) : null;
        var molecules = tensors.TryGetValue(ElementsName, out var elements) && tensors.TryGetValue(AtomCountsName, out var atoms) ? MoleculesOf(elements, atoms) : null;
        var trained = Build(experiment, data, condition, particles, molecules, CPU);
        using var noGradient = no_grad();
        foreach (var (name, parameter) in trained.Module.named_parameters())
        {
            if (!tensors.TryGetValue(FlowPrefix + name, out var saved) || !saved.shape.SequenceEqual(parameter.shape) || !saved.is_floating_point())
            {
                var problem = $"'{FlowPrefix}{name}' is {(saved is null ? "missing" : $"{saved.dtype}[{string.Join(", ", saved.shape)}]")}, expected {parameter.dtype}[{string.Join(", ", parameter.shape)}]";
                trained.Dispose();
                throw new ArgumentException($"The checkpoint does not fit the configuration: {problem}.", nameof(tensors));
            }

            parameter.copy_(saved);
        }

        return trained.To(device);
    }

    /// <summary>The same flow, moved to a device. This one is not to be used any more.</summary>
    public TrainedFlow To(Device device)
    {
        Module.to(device);
        return new(_method, DataStandardizer.To(device), ConditionStandardizer?.To(device), Particles, Molecules, device);
    }

    private static ParticleShape ParticlesOf(Tensor saved, long dimension)
    {
        long[] sizes = saved.dim() == 1 && !saved.is_floating_point() ? [.. saved.to(int64).data<long>()] : [];
        return sizes is [> 0, > 0] && sizes[0] <= dimension && sizes[0] * sizes[1] == dimension
            ? new ParticleShape((int)sizes[0], (int)sizes[1])
            : throw new ArgumentException($"The checkpoint is damaged: '{ParticlesName}' are no two sizes whose product is {dimension}, the number of columns.", nameof(saved));
    }

    private static MoleculeShape MoleculesOf(Tensor elements, Tensor atoms) =>
        elements.dim() == 1 && atoms.dim() == 1 && elements.dtype == int32 && atoms.dtype == int64 && elements.numel() > 0 && atoms.numel() > 1
            ? new MoleculeShape(elements.data<int>().ToArray(), atoms.data<long>().ToArray())
            : throw new ArgumentException($"The checkpoint is damaged: '{ElementsName}' or '{AtomCountsName}' is no list of whole numbers.", nameof(elements));

    /// <summary>All that <see cref="Load"/> needs beside the experiment.</summary>
    /// <param name="weights">The weights to keep, under the flow's names.</param>
    public Dictionary<string, Tensor> Tensors(IReadOnlyDictionary<string, Tensor> weights)
    {
        var tensors = weights.ToDictionary(w => FlowPrefix + w.Key, w => w.Value);
        foreach (var (name, value) in DataStandardizer.NamedTensors(DataPrefix).Concat(ConditionStandardizer?.NamedTensors(ConditionPrefix) ?? []))
        {
            tensors[name] = value;
        }

        if (Particles is { } shape)
        {
            tensors[ParticlesName] = tensor([shape.Particles, shape.Dimensions], int32);
        }

        if (Molecules is { } molecules)
        {
            tensors[ElementsName] = tensor(molecules.AtomicNumbers.ToArray(), int32);
            tensors[AtomCountsName] = tensor(molecules.AtomCounts.ToArray(), int64);
        }

        return tensors;
    }

    /// <summary>Samples standardised for training, on the flow's device.</summary>
    public Samples Standardize(Samples samples)
    {
        var moved = samples.To(Device);
        return moved with { Data = DataStandardizer.Apply(moved.Data), Condition = moved.Condition is { } c ? ConditionStandardizer!.Apply(c) : null };
    }

    /// <summary>Draws x = g(z), z from the latent density.</summary>
    /// <param name="count">N.</param>
    /// <param name="condition">One condition for all, [C], or one each, [N, C]; null where C = 0.</param>
    /// <param name="seed">The same seed draws the same.</param>
    /// <param name="temperature">T: latents are scaled by √T; below 1, samples keep closer to the modes.</param>
    /// <returns>[N, D] on the CPU.</returns>
    public Tensor Sample(long count, Tensor? condition, long seed, double temperature = 1) =>
        InChunks(count, condition, seed, temperature, (z, c) => (Flow.Decode(z, c), null)).Samples;

    /// <summary>Draws samples with their log-densities.</summary>
    /// <inheritdoc cref="Sample"/>
    /// <returns>[N, D] and log p(x), [N], in the data's own units, on the CPU; at temperature 1's density.</returns>
    public (Tensor Samples, Tensor LogProb) SampleWithLogProb(long count, Tensor? condition, long seed, double temperature = 1)
    {
        var (samples, logProb) = InChunks(count, condition, seed, temperature, (z, c) => Flow.DecodeWithLogProb(z, c));
        return (samples, logProb!);
    }

    /// <summary>Exact log-likelihoods in the data's own units, and reconstruction errors, standardised.</summary>
    /// <param name="samples">Data and conditions in their own units.</param>
    public Likelihood LogLikelihood(Samples samples)
    {
        using var scope = NewDisposeScope();
        var standardized = Standardize(samples);
        var likelihood = Flow.LogLikelihood(standardized.Data, Settings.ForEvaluation(standardized.Condition, standardized.Data));
        var logDet = LogDetStandardizer;
        return new(
            (likelihood.Encoder + logDet).cpu().MoveToOuterDisposeScope(),
            (likelihood.Decoder + logDet).cpu().MoveToOuterDisposeScope(),
            likelihood.Reconstruction.cpu().MoveToOuterDisposeScope());
    }

    /// <summary>log|det| of the data's standardisation.</summary>
    public double LogDetStandardizer
    {
        get
        {
            using var scope = NewDisposeScope();
            return DataStandardizer.LogDetJacobian().to(float64).item<double>();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Module.Dispose();

    private static TrainedFlow Build(Experiment experiment, Standardizer data, Standardizer? condition, ParticleShape? particles, MoleculeShape? molecules, Device device)
    {
        var method = MethodFactory.Create(experiment, (int)data.Mean.shape[0], (int)(condition?.Mean.shape[0] ?? 0), particles, molecules);
        ((nn.Module)method.Flow).to(device);
        return new(method, data.To(device), condition?.To(device), particles, molecules, device);
    }

    private (Tensor Samples, Tensor? LogProb) InChunks(
        long count, Tensor? condition, long seed, double temperature, Func<Tensor, Tensor?, (Tensor X, Tensor? LogProb)> decode)
    {
        RequireCondition(count, condition);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (samples, logProbs) = (new List<Tensor>(), new List<Tensor>());
        var chunkRows = Particles is null ? ChunkSize : Math.Max(1, ChunkSize * 16 / ((long)Particles.Particles * Particles.Particles));
        for (long first = 0; first < count; first += chunkRows)
        {
            using var chunk = NewDisposeScope();
            var rows = Math.Min(chunkRows, count - first);
            using var random = NamedSeed.Stream(seed, "sample", first);
            var z = Flow.Latent.Sample(rows, Dimension, random).to(Device) * Math.Sqrt(temperature);
            var c = condition is null ? null : ConditionStandardizer!.Apply(
                (condition.dim() == 1 ? condition.unsqueeze(0).expand(rows, -1) : condition.narrow(0, first, rows)).to(float32).to(Device));
            var (x, logProb) = decode(z, Settings.ForEvaluation(c, z));
            samples.Add(DataStandardizer.Undo(x).cpu().MoveToOuterDisposeScope());
            if (logProb is not null)
            {
                logProbs.Add((logProb + LogDetStandardizer).cpu().MoveToOuterDisposeScope());
            }
        }

        return (cat(samples, 0).MoveToOuterDisposeScope(), logProbs.Count == 0 ? null : cat(logProbs, 0).MoveToOuterDisposeScope());
    }

    private void RequireCondition(long count, Tensor? condition)
    {
        var problem = (ConditionDimension, condition) switch
        {
            (0, null) => null,
            (0, _) => "This flow has no condition, but one was given.",
            (var expected, null) => $"This flow is conditional: a condition of {expected} numbers is needed.",
            (var expected, var c) when c.shape[^1] != expected => $"The condition has {c.shape[^1]} numbers, but this flow was trained with {expected}.",
            (_, { } c) when c.dim() == 2 && c.shape[0] != count => $"There are {c.shape[0]} conditions for {count} samples: give one, or one for each sample.",
            _ => null,
        };
        if (problem is not null)
        {
            throw new ArgumentException(problem, nameof(condition));
        }
    }
}
