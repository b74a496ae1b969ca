using FFF.Autodiff;
using FFF.Randomness;
using FFF.Spaces;
using static TorchSharp.torch;

namespace FFF.Flows.Matching;

/// <summary>
/// The conditional flow matching objective L(x) = E_{t, z} ‖v(x_t, t, c) − (x − z)‖² on the straight, optimal-transport path
/// x_t = (1 − t) z + t x from a latent z to the sample x; its minimum is the velocity that carries p(z) to the data.
/// </summary>
/// <remarks>
/// Lipman, Chen, Ben-Hamu, Nickel and Le, "Flow Matching for Generative Modeling", ICLR 2023, equations 20 to 23, with σ_min = 0:
/// the path ends at the sample itself, not in a narrow Gaussian around it.
/// </remarks>
/// <param name="flow">The flow, whose velocity is trained.</param>
/// <param name="times">Where t is drawn from.</param>
internal sealed class FlowMatchingObjective(FlowMatching flow, TimeDensity times) : IObjective
{
    /// <summary>0: what is decoded is encoded exactly, but for the solver's error.</summary>
    public double FinalBeta => 0;

    /// <inheritdoc/>
    public double? BetaAt(double progress) => null;

    /// <summary>z, [B, D], and t, [B, 1].</summary>
    /// <inheritdoc/>
    public Tensor?[] Draw(Batch batch, RunPoint point)
    {
        var rows = batch.Data.shape[0];
        using var random = NamedSeed.Stream(point.Seed, "objective", point.Step);
        return [flow.Latent.Sample(rows, flow.Dimension, random), times.Sample(rows, random)];
    }

    Tensor?[] IObjective.Part(Batch batch, Tensor?[] drawn, long start, long count) => [.. drawn.Select(part => part!.narrow(0, start, count))];

    /// <inheritdoc/>
    public ObjectiveTerms Evaluate(Batch batch, ReadOnlySpan<Tensor?> drawn) =>
        Evaluate(batch.Data, batch.Condition, drawn[0]!.to(batch.Data.dtype), drawn[1]!.to(batch.Data.dtype));

    /// <summary>The objective on a batch with latents and times given.</summary>
    /// <param name="x">[B, D].</param>
    /// <param name="condition">[B, C] or null.</param>
    /// <param name="z">[B, D].</param>
    /// <param name="time">t, [B, 1].</param>
    public ObjectiveTerms Evaluate(Tensor x, Tensor? condition, Tensor z, Tensor time)
    {
        var velocity = flow.Velocity(new Dual(z.lerp(x, time)), time, condition).Value;
        return new((velocity - (x - z)).square().sum(-1).mean(), null, null);
    }
}
