using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Datasets.Particles;

/// <summary>
/// Replica exchange (Swendsen and Wang, 1986; Geyer, 1991): each chain has a copy at each of R steps λ_r of the path from a Gaussian
/// to the system, and copies at neighbouring ones are swapped with probability min(1, exp((λ_{r+1} − λ_r)(V_{r+1} − V_r))).
/// </summary>
internal static class ReplicaExchange
{
    /// <summary>Tries to swap the copies at every other pair of steps.</summary>
    /// <param name="state">The copies, those at λ₀ first: [R·C, N·d]; freed.</param>
    /// <param name="path">What λ means.</param>
    /// <param name="lambdas">λ_r, ascending.</param>
    /// <param name="parity">0: the pairs (0, 1), (2, 3), ...; 1: (1, 2), (3, 4), ...</param>
    /// <param name="random">Where randomness comes from.</param>
    /// <returns>The copies after it, and the mean probability of a swap for each pair that was tried.</returns>
    public static (ChainState Next, double[] Acceptance) Swap(
        ChainState state, GaussianPath path, IReadOnlyList<double> lambdas, int parity, RandomStream random)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (device, type, replicas) = (state.Energy.device, state.Energy.dtype, lambdas.Count);
        var (chains, pairs) = (state.Energy.shape[0] / replicas, (replicas - parity) / 2);
        if (pairs == 0)
        {
            return (state, []);
        }

        Tensor Paired(Tensor values) => values.view(replicas, chains).narrow(0, parity, 2 * pairs).view(pairs, 2, chains);
        var difference = Paired(path.Difference(state));
        var gaps = tensor(Enumerable.Range(0, pairs).Select(p => lambdas[parity + (2 * p) + 1] - lambdas[parity + (2 * p)]).ToArray(), type, device);
        var probability = (gaps.unsqueeze(1) * (difference.select(1, 1) - difference.select(1, 0))).exp_().clamp_max_(1).nan_to_num_(0);
        var swapped = random.Uniform([pairs, chains], type, device) < probability;
        var order = arange(replicas * chains, device: device);
        var source = Paired(order);
        source.copy_(where(swapped.unsqueeze(1), source.flip(1), source));
        var next = new ChainState(state.Positions.index_select(0, order), state.Energy.index_select(0, order), state.Force.index_select(0, order)).Keep();
        state.Free();
        return (next, ChainNumbers.Of(probability.mean([1])));
    }
}

/// <summary>Numbers of chains, off the device.</summary>
internal static class ChainNumbers
{
    /// <summary>[n], of any type and on any device.</summary>
    public static double[] Of(Tensor values)
    {
        using var scope = NewDisposeScope();
        return values.to(float64).cpu().contiguous().data<double>().ToArray();
    }
}
