namespace FFF.Datasets.Particles;

/// <summary>
/// The steps of annealing along a ladder, from its second rung on: as many between each two neighbours, whose densities overlap alike, so that about as
/// much is lost in each. λ grows by one factor from step to step there, as repulsion at short distance, r⁻¹², asks for: the distance at which λU keeps
/// particles then grows by one factor, too.
/// </summary>
/// <param name="Lambdas">λ_k, [K + 1], ascending to 1.</param>
/// <param name="StepSizes">A step size of Hamiltonian Monte Carlo at each λ_k but the first, [K].</param>
internal sealed record AnnealingSchedule(IReadOnlyList<double> Lambdas, IReadOnlyList<double> StepSizes)
{
    /// <summary>K steps.</summary>
    public static AnnealingSchedule Along(ReplicaLadder ladder, int steps)
    {
        var last = ladder.Lambdas.Count - 1;
        double At(IReadOnlyList<double> values, int step)
        {
            var place = 1 + ((double)step * (last - 1) / steps);
            var rung = (int)place;
            return values[rung] * Math.Pow(values[Math.Min(rung + 1, last)] / values[rung], place - rung);
        }

        return new(
            [.. Enumerable.Range(0, steps).Select(step => At(ladder.Lambdas, step)), 1],
            [.. Enumerable.Range(1, steps).Select(step => At(ladder.StepSizes, step))]);
    }
}
