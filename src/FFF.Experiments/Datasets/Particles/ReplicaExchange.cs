using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Datasets.Particles;

/// <summary>
/// Replica exchange (Swendsen and Wang, 1986; Geyer, 1991): each chain has a copy at each of R temperatures, and copies at
/// neighbouring ones are swapped with probability min(1, exp((1/T_r − 1/T_{r+1})(U_r − U_{r+1}))).
/// </summary>
internal static class ReplicaExchange
{
    /// <summary>Tries to swap the copies at every other pair of temperatures.</summary>
    /// <param name="state">The copies, those at the first temperature first: [R·C, N·d]; freed.</param>
    /// <param name="temperatures">T_r, ascending.</param>
    /// <param name="parity">0: the pairs (0, 1), (2, 3), ...; 1: (1, 2), (3, 4), ...</param>
    /// <param name="random">Where randomness comes from.</param>
    /// <returns>The copies after it, and the mean probability of a swap for each pair, NaN for those not tried.</returns>
    public static (ChainState Next, double[] Acceptance) Swap(ChainState state, IReadOnlyList<double> temperatures, int parity, RandomStream random)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var replicas = temperatures.Count;
        var chains = state.Energy.shape[0] / replicas;
        var energy = state.Energy.view(replicas, chains);
        var source = arange(replicas * chains, device: energy.device).view(replicas, chains);
        var acceptance = Enumerable.Repeat(double.NaN, replicas - 1).ToArray();
        for (var r = parity; r < replicas - 1; r += 2)
        {
            var gain = (1 / temperatures[r] - 1 / temperatures[r + 1]) * (energy[r] - energy[r + 1]);
            var probability = gain.exp().clamp_max(1).nan_to_num_(0);
            var swapped = random.Uniform([chains], energy.dtype, energy.device) < probability;
            var (lower, upper) = (where(swapped, source[r + 1], source[r]), where(swapped, source[r], source[r + 1]));
            source[r].copy_(lower);
            source[r + 1].copy_(upper);
            acceptance[r] = probability.mean().to(float64).item<double>();
        }

        var order = source.view(-1);
        var next = new ChainState(state.Positions.index_select(0, order), state.Energy.index_select(0, order), state.Force.index_select(0, order)).Keep();
        state.Free();
        return (next, acceptance);
    }
}
