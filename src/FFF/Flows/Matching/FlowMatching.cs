using FFF.Autodiff;
using FFF.Graphs;
using FFF.Latents;
using FFF.Networks;
using FFF.Numerics;
using static TorchSharp.torch;

namespace FFF.Flows.Matching;

/// <summary>
/// A continuous flow: dx/dt = v(x, t, c) carries standard normal latents z at t = 0 to data at t = 1. Its density changes
/// along the way by d log p(x) / dt = −div v, with the exact divergence tr ∂v/∂x.
/// </summary>
/// <remarks>
/// Chen, Rubanova, Bettencourt and Duvenaud, "Neural Ordinary Differential Equations", NeurIPS 2018; trained as in Lipman,
/// Chen, Ben-Hamu, Nickel and Le, "Flow Matching for Generative Modeling", ICLR 2023.
/// </remarks>
public sealed class FlowMatching : Flow, IExactDensity, IGraphFlow
{
    /// <summary>Steps of a graph.</summary>
    private const int GraphSteps = 50;

    private readonly INetwork _velocity;
    private readonly TimeFeatures _time;
    private readonly OdeTolerance _tolerance;

    /// <summary>Takes the network of the velocity, a module.</summary>
    /// <param name="velocity">R^D → R^D, given [c, time features].</param>
    /// <param name="time">How the network is told the time.</param>
    /// <param name="dimension">D.</param>
    /// <param name="tolerance">How accurately latents are carried to data and back.</param>
    public FlowMatching(INetwork velocity, TimeFeatures time, int dimension, OdeTolerance tolerance)
        : base(nameof(FlowMatching))
    {
        (_velocity, _time, Dimension, _tolerance) = (velocity, time, dimension, tolerance);
        register_module("velocity", (nn.Module)velocity);
    }

    /// <inheritdoc/>
    public override ILatent Latent { get; } = new StandardNormal();

    /// <inheritdoc/>
    public override int Dimension { get; }

    /// <summary>v(x, t, c).</summary>
    /// <param name="x">[B, D], tangents [K, B, D].</param>
    /// <param name="time">t, [B, 1].</param>
    /// <param name="condition">[B, C] or null.</param>
    public Dual Velocity(Dual x, Tensor time, Tensor? condition) =>
        _velocity.Forward(x, condition is null ? _time.Of(time) : cat([condition, _time.Of(time)], -1));

    /// <summary>v(x, t, c) and its exact divergence tr ∂v/∂x; no graph is kept.</summary>
    /// <param name="x">[B, D].</param>
    /// <param name="time">t, [B, 1].</param>
    /// <param name="condition">[B, C] or null.</param>
    /// <returns>[B, D] and [B, 1].</returns>
    public (Tensor Velocity, Tensor Divergence) VelocityAndDivergence(Tensor x, Tensor time, Tensor? condition)
    {
        using var scope = NewDisposeScope();
        var (velocity, jacobian) = Jacobians.Of(h => Velocity(h, time, condition), x, MemoryBudget.Tangents(_velocity.NumbersOfRow(Dimension), Dimension, x));
        return (velocity.MoveToOuterDisposeScope(), jacobian.diagonal(0, 1, 2).sum([-1], keepdim: true).MoveToOuterDisposeScope());
    }

    /// <summary>z at t = 0, from x at t = 1; no graph is kept.</summary>
    /// <inheritdoc/>
    public override Tensor Encode(Tensor x, Tensor? condition) => Carry(x, condition, 1, 0);

    /// <summary>x at t = 1, from z at t = 0; no graph is kept.</summary>
    /// <inheritdoc/>
    public override Tensor Decode(Tensor z, Tensor? condition) => Carry(z, condition, 0, 1);

    /// <inheritdoc/>
    public DecodedSamples DecodeWithLogProb(Tensor z, Tensor? condition)
    {
        var parts = InChunks(z, condition, (latents, c) =>
        {
            var (x, divergence) = Transport(latents, c, 0, 1);
            return [x, LatentLogProb(latents) - divergence];
        });
        return new(parts[0], parts[1]);
    }

    /// <summary>
    /// The density of x by following it back to its latent z, and by following z forth again to the reconstruction.
    /// </summary>
    /// <inheritdoc/>
    public override Likelihood LogLikelihood(Tensor x, Tensor? condition)
    {
        var parts = InChunks(x, condition, (data, c) =>
        {
            var (z, back) = Transport(data, c, 1, 0);
            var (reconstruction, forth) = Transport(z, c, 0, 1);
            var latent = LatentLogProb(z);
            return [latent + back, latent - forth, (data - reconstruction).square().sum(-1).to(float64)];
        });
        return new(parts[0], parts[1], parts[2]);
    }

    /// <summary>Follows rows from one time to another, without their density.</summary>
    private Tensor Carry(Tensor batch, Tensor? condition, double start, double end)
    {
        using var noGradient = no_grad();
        return RowChunks.Run(batch, condition, MemoryBudget.Rows(_velocity.NumbersOfRow(Dimension), batch), (part, c) =>
            [DormandPrince.Solve((time, x, rows) => Velocity(new Dual(x), time, Rows(c, rows)).Value, part, start, end, _tolerance).State])[0];
    }

    private static Tensor? Rows(Tensor? condition, Tensor rows) => condition?.index_select(0, rows);

    /// <summary>Follows x from one time to another, and integrates the divergence along the way.</summary>
    /// <returns>x at the end, [B, D], and ∫ div v dt, [B], float64.</returns>
    private (Tensor X, Tensor Divergence) Transport(Tensor x, Tensor? condition, double start, double end)
    {
        var solution = DormandPrince.Solve(Slope, cat([x, zeros_like(x.narrow(1, 0, 1))], 1), start, end, _tolerance).State;
        return (solution.narrow(1, 0, Dimension), solution.select(1, Dimension).to(float64));

        Tensor Slope(Tensor time, Tensor state, Tensor rows)
        {
            var (velocity, divergence) = VelocityAndDivergence(state.narrow(1, 0, Dimension), time, Rows(condition, rows));
            return cat([velocity, divergence], 1);
        }
    }

    private Tensor LatentLogProb(Tensor z) => Latent.LogProb(z).to(float64);

    /// <summary>Works on so many rows at a time as memory allows, without a graph, and joins each of the results.</summary>
    private Tensor[] InChunks(Tensor batch, Tensor? condition, Func<Tensor, Tensor?, Tensor[]> work)
    {
        using var noGradient = no_grad();
        return RowChunks.Run(batch, condition, MemoryBudget.Jacobians(_velocity.NumbersOfRow(Dimension), Dimension, batch).Rows, work);
    }

    /// <inheritdoc/>
    GraphValue IGraphFlow.Encode(GraphValue x, GraphDual? condition) => Carry(x, condition, 1, 0, null).State;

    /// <inheritdoc/>
    GraphValue IGraphFlow.Decode(GraphValue z, GraphDual? condition) => Carry(z, condition, 0, 1, null).State;

    /// <inheritdoc/>
    GraphValue IGraphFlow.LogProb(GraphValue x, GraphDual? condition)
    {
        var (z, back) = Carry(x, condition, 1, 0, x.Of(0));
        return Latent.LogProbInGraph(z, Dimension) + back!.Cast(ElementKind.Double);
    }

    /// <inheritdoc/>
    (GraphValue X, GraphValue LogProb) IGraphFlow.DecodeWithLogProb(GraphValue z, GraphDual? condition)
    {
        var (x, forth) = Carry(z, condition, 0, 1, z.Of(0));
        return (x, Latent.LogProbInGraph(z, Dimension) - forth!.Cast(ElementKind.Double));
    }

    /// <summary>Follows rows by steps of fifth order, all of one length: a graph has no rows that end at different steps.</summary>
    /// <param name="state">Rows, [B, D].</param>
    /// <param name="condition">[B, C] or null.</param>
    /// <param name="start">The time at the start.</param>
    /// <param name="end">The time at the end.</param>
    /// <param name="divergence">0, where ∫ div v dt is asked for.</param>
    private (GraphValue State, GraphValue? Divergence) Carry(GraphValue state, GraphDual? condition, double start, double end, GraphValue? divergence)
    {
        var step = (end - start) / GraphSteps;
        var isAsked = divergence is not null;
        for (var i = 0; i < GraphSteps; i++)
        {
            var slopes = new List<(GraphValue Velocity, GraphValue? Divergence)>();
            var at = state;
            foreach (var (stage, weights) in DormandPrinceTableau.Weights.Index())
            {
                // The slope at the last stage would only tell the error.
                slopes.Add(Slope(at, start + ((i + DormandPrinceTableau.Nodes[stage]) * step), condition, isAsked));
                at = state + Combined(step, weights, slopes.Select(slope => slope.Velocity));
            }

            state = at;
            divergence = isAsked ? divergence! + Combined(step, DormandPrinceTableau.Weights[^1], slopes.Select(slope => slope.Divergence!)) : null;
        }

        return (state, divergence);
    }

    private static GraphValue Combined(double step, double[] weights, IEnumerable<GraphValue> slopes) => weights.Zip(slopes)
        .Where(pair => pair.First != 0).Select(pair => step * pair.First * pair.Second).Aggregate((a, b) => a + b);

    private (GraphValue Velocity, GraphValue? Divergence) Slope(GraphValue x, double time, GraphDual? condition, bool withDivergence)
    {
        using var scope = NewDisposeScope();
        var features = x.Graph.Constant(_time.Of(tensor(new[] { time }, [1, 1])), ElementKind.Single);

        // A first column of the rows times zero has their number.
        var told = new GraphDual(features + (0 * x.Slice(-1, 0, 1)), null, _time.Count);
        var given = withDivergence ? GraphDual.Along(x, Dimension, null) : new GraphDual(x, null, Dimension);
        var y = _velocity.AsGraph().Forward(given, condition?.Append(told) ?? told);
        return (y.Value, withDivergence ? (y.Tangent! * x.Graph.Constant(eye(Dimension), ElementKind.Single)).Sum(-1).Sum(-1) : null);
    }
}
