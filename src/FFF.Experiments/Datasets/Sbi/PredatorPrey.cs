using System.Globalization;
using FFF.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace FFF.Datasets.Sbi;

/// <summary>Solves the equations of a predator and its prey for many parameters at once.</summary>
/// <remarks>
/// <code>
/// d ln p / dt = r₁ + c₁ q
/// d ln q / dt = r₂ + c₂ p
/// </code>
/// Lotka and Volterra's equations in logarithms; an epidemic is the case of prey, the susceptible, that does not grow.
/// Populations stay positive, exponential growth is exact, and small populations are as precise as large ones.
/// Classical Runge-Kutta of fourth order in float64. Steps are halved, only for the rows that need it, until halving
/// changes no logarithm by more than <see cref="Tolerance"/>; the error of what is then returned is about a fifteenth of
/// that change (Richardson).
/// </remarks>
internal static class PredatorPrey
{
    /// <summary>The largest change of a logarithm by the last halving. The noise of the simulators is 0.03 or more.</summary>
    public const double Tolerance = 1e-3;

    private const int FirstSteps = 32;
    private const int MaxSteps = 1 << 13;

    // Tensors of this size stay in a processor's cache.
    private const long ChunkRows = 1 << 13;

    /// <summary>ln p and ln q at the times T, 2T, …, KT.</summary>
    /// <param name="rate">(r₁, r₂), [2, N].</param>
    /// <param name="coupling">(c₁, c₂), [2, N].</param>
    /// <param name="first">(ln p, ln q) at time 0.</param>
    /// <param name="interval">T.</param>
    /// <param name="count">K.</param>
    /// <returns>[K, 2, N], float64.</returns>
    /// <exception cref="DatasetException">Parameters are not finite, or so large that no feasible step is small enough.</exception>
    public static Tensor Solve(Tensor rate, Tensor coupling, (double LogPrey, double LogPredator) first, double interval, int count)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var rows = rate.shape[1];
        var broken = (rate.isfinite() & coupling.isfinite()).all(0).logical_not().nonzero().squeeze(1);
        if (broken.shape[0] > 0)
        {
            throw new DatasetException($"The populations cannot be simulated with {Row(rate, coupling, broken)}: these are not finite numbers.");
        }

        var initial = tensor(new[] { first.LogPrey, first.LogPredator }, float64, rate.device).unsqueeze(1);
        var chunks = new List<Tensor> { zeros(count, 2, 0, dtype: float64, device: rate.device) };
        foreach (var (start, length) in RowChunks.Of(rows, ChunkRows))
        {
            chunks.Add(Refine(rate.narrow(1, start, length).to(float64), coupling.narrow(1, start, length).to(float64), initial, interval, count));
        }

        return cat(chunks, 2).MoveToOuterDisposeScope();
    }

    private static Tensor Refine(Tensor rate, Tensor coupling, Tensor initial, double interval, int count)
    {
        using var scope = NewDisposeScope();
        var steps = FirstSteps;
        var solution = March(rate, coupling, initial, interval, count, steps);
        var pending = arange(rate.shape[1], device: rate.device);
        var coarse = solution.alias();
        while (pending.shape[0] > 0)
        {
            steps *= 2;
            if (steps > MaxSteps)
            {
                throw new DatasetException($"The populations change too fast to be simulated with {Row(rate, coupling, pending)}.");
            }

            var fine = March(rate.index_select(1, pending), coupling.index_select(1, pending), initial, interval, count, steps);

            // Before the solution, of which the first coarse one is a view, is overwritten. Not "above the tolerance":
            // large steps can end in values that are not numbers.
            var again = ((fine - coarse).abs().amax([0, 1]) <= Tolerance).logical_not().nonzero().squeeze(1);
            solution.index_copy_(2, pending, fine);
            (pending, coarse) = (pending.index_select(0, again), fine.index_select(2, again));
        }

        return solution.MoveToOuterDisposeScope();
    }

    /// <summary>So many steps of equal size from each of the K times to the next.</summary>
    private static Tensor March(Tensor rate, Tensor coupling, Tensor initial, double interval, int count, int steps)
    {
        using var scope = NewDisposeScope();
        var h = interval / steps;

        // Variables, and given even where they are 1: a number that is turned into a Scalar at the call may be collected
        // before the native code has read it, which among millions of calls happens.
        using Scalar whole = h, half = h / 2, sixth = h / 6, one = 1.0, two = 2.0;
        var state = initial.expand_as(rate).clone();
        var states = new Tensor[count];
        for (var k = 0; k < count; k++)
        {
            for (var step = 0; step < steps; step++)
            {
                using var inner = NewDisposeScope();
                var first = Slope(state);
                var second = Slope(state.add(first, alpha: half));
                var third = Slope(state.add(second, alpha: half));
                var fourth = Slope(state.add(third, alpha: whole));
                first.add_(second.add_(third, alpha: one), alpha: two).add_(fourth, alpha: one);
                state.add_(first, alpha: sixth);
            }

            states[k] = state.clone();
        }

        return stack(states, 0).MoveToOuterDisposeScope();

        Tensor Slope(Tensor logarithms) => rate.addcmul(coupling, logarithms.flip(0).exp_(), one);
    }

    /// <summary>The parameters of the first of these rows.</summary>
    private static string Row(Tensor rate, Tensor coupling, Tensor rows)
    {
        return $"rates ({Column(rate)}) and couplings ({Column(coupling)})";

        string Column(Tensor values) => string.Join(
            ", ", values.select(1, rows[0].item<long>()).to(float64).cpu().data<double>().Select(v => v.ToString("g4", CultureInfo.InvariantCulture)));
    }
}
