using FFF.Latents;
using FFF.Numerics;
using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Flows.Molecules;

/// <summary>
/// A free-form flow for molecules of any size: positions, types and charges of all atoms are decoded at once, and types and
/// charges rounded. Data rows hold five numbers for each atom, latent rows 3 + K + 1; rows of smaller molecules end in NaN.
/// </summary>
public sealed class MoleculeFlow : Flow
{
    private const long EvaluationSeed = 0;

    private readonly AtomCountNormal _latent;

    /// <summary>Takes the flow of continuous values, and what makes them.</summary>
    /// <param name="flow">Encoder and decoder of atoms, with the latent density for a given number of them.</param>
    /// <param name="dequantizer">q(v | x).</param>
    /// <param name="latent">p(z), with the numbers of atoms.</param>
    /// <param name="shape">What there is to know of the molecules.</param>
    public MoleculeFlow(FreeFormFlow flow, Dequantizer dequantizer, AtomCountNormal latent, MoleculeSpace shape)
        : base(nameof(MoleculeFlow))
    {
        (Continuous, Dequantizer, _latent, Shape) = (flow, dequantizer, latent, shape);
        register_module("flow", flow);
        register_module("dequantizer", dequantizer);
    }

    /// <summary>The flow of continuous values, for molecules of one size at a time.</summary>
    public FreeFormFlow Continuous { get; }

    /// <summary>q(v | x).</summary>
    public Dequantizer Dequantizer { get; }

    /// <summary>What there is to know of the molecules.</summary>
    public MoleculeSpace Shape { get; }

    /// <summary>The length of a latent row, which has room for the largest molecule.</summary>
    public override int Dimension => Shape.MaxAtoms * Shape.Nodes.Width;

    /// <inheritdoc/>
    public override ILatent Latent => _latent;

    /// <summary>p(z), with the numbers of atoms.</summary>
    public AtomCountNormal AtomCounts => _latent;

    /// <summary>Molecules g(z), rounded: latent rows, [B, M·(3 + K + 1)], to data rows, [B, M·5].</summary>
    /// <inheritdoc/>
    public override Tensor Decode(Tensor z, Tensor? condition)
    {
        using var scope = NewDisposeScope();
        var parts = MoleculeRows.BySize(z, Shape.Nodes.Width)
            .Select(part => (part.Index, Dequantizer.Quantize(Continuous.Decode(part.Rows.flatten(1), condition?.index_select(0, part.Index))).flatten(1)))
            .ToArray();
        return MoleculeRows.Join(parts, z.shape[0], z.shape[1] / Shape.Nodes.Width * MoleculeSpace.DataWidth).MoveToOuterDisposeScope();
    }

    /// <summary>Latent rows f(v), [B, M·(3 + K + 1)], of data rows, [B, M·5], by one draw of v from q(v | x), the same for the same rows.</summary>
    /// <inheritdoc/>
    public override Tensor Encode(Tensor x, Tensor? condition)
    {
        using var scope = NewDisposeScope();
        using var random = NamedSeed.Stream(EvaluationSeed, "dequantizer");
        var parts = MoleculeRows.BySize(x, MoleculeSpace.DataWidth)
            .Select(part => (part.Index, Continuous.Encode(Dequantize(part.Rows, random).V, condition?.index_select(0, part.Index)))).ToArray();
        return MoleculeRows.Join(parts, x.shape[0], x.shape[1] / MoleculeSpace.DataWidth * Shape.Nodes.Width).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The evidence bound log p(x) ≥ log p(N) + log p(v | N) − log q(v | x) by one draw of v, the same for the same rows, less log N! where atoms
    /// are in order; log p(v) exactly, through either Jacobian. The reconstruction is that of v; signs are relative to most of the molecules of a size.
    /// </summary>
    /// <inheritdoc/>
    public override Likelihood LogLikelihood(Tensor x, Tensor? condition)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using var random = NamedSeed.Stream(EvaluationSeed, "dequantizer");
        Tensor Empty() => full(x.shape[0], double.NaN, dtype: float64, device: x.device);
        var (encoder, decoder, reconstruction, encoderSign, decoderSign) = (Empty(), Empty(), Empty(), Empty(), Empty());
        foreach (var (atoms, index, rows) in MoleculeRows.BySize(x, MoleculeSpace.DataWidth))
        {
            var (v, logQ) = Dequantize(rows, random);
            var likelihood = Continuous.LogLikelihood(v, condition?.index_select(0, index));
            var rest = AtomCounts.LogShare(atoms) + Shape.LogOrders(atoms) - logQ.to(float64);
            encoder.index_copy_(0, index, likelihood.Encoder + rest);
            decoder.index_copy_(0, index, likelihood.Decoder + rest);
            reconstruction.index_copy_(0, index, likelihood.Reconstruction);
            encoderSign.index_copy_(0, index, Orientation.Relative(likelihood.EncoderSign!));
            decoderSign.index_copy_(0, index, Orientation.Relative(likelihood.DecoderSign!));
        }

        return new(encoder.MoveToOuterDisposeScope(), decoder.MoveToOuterDisposeScope(), reconstruction.MoveToOuterDisposeScope())
        {
            EncoderSign = encoderSign.MoveToOuterDisposeScope(),
            DecoderSign = decoderSign.MoveToOuterDisposeScope(),
        };
    }

    /// <summary>The same of v, dequantised by one draw that is the same for the same rows.</summary>
    /// <inheritdoc/>
    internal override Tensor Reconstruction(Tensor x, Tensor? condition)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using var random = NamedSeed.Stream(EvaluationSeed, "dequantizer");
        var errors = full(x.shape[0], double.NaN, dtype: float64, device: x.device);
        foreach (var (_, index, rows) in MoleculeRows.BySize(x, MoleculeSpace.DataWidth))
        {
            errors.index_copy_(0, index, Continuous.Reconstruction(Dequantize(rows, random).V, condition?.index_select(0, index)));
        }

        return errors.MoveToOuterDisposeScope();
    }

    /// <summary>Draws v for molecules of one size; without gradients, as many at once as memory allows.</summary>
    /// <param name="atoms">[B, N, 5].</param>
    /// <param name="random">Draws the noise.</param>
    /// <returns>v, [B, N·(3 + K + 1)], and log q(v | x), [B].</returns>
    public (Tensor V, Tensor LogQ) Dequantize(Tensor atoms, RandomStream random)
    {
        var noise = Noise(atoms.shape[0], atoms.shape[1], random).to(atoms.device).to(atoms.dtype);
        if (is_grad_enabled())
        {
            return Dequantizer.Draw(atoms, noise);
        }

        var parts = RowChunks.Run(atoms, noise, MemoryBudget.Rows(Dequantizer.NumbersOfMolecule(atoms.shape[1]), atoms), (rows, n) =>
        {
            var (v, logQ) = Dequantizer.Draw(rows, n!);
            return [v, logQ];
        });
        return (parts[0], parts[1]);
    }

    /// <summary>Standard normal numbers for the dequantiser, [B, N, K + 1], on the CPU.</summary>
    internal Tensor Noise(long molecules, long atoms, RandomStream random) => random.Normal([molecules, atoms, Shape.Types + 1]);
}
