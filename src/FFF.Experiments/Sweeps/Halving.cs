using FFF.Configuration;

namespace FFF.Sweeps;

/// <summary>What was decided when a trial came to a rung.</summary>
/// <param name="Trial">The trial's number.</param>
/// <param name="Rung">The rung, in epochs.</param>
/// <param name="Value">What it was judged by; the smaller the better.</param>
/// <param name="Goes">Whether it goes on.</param>
internal sealed record RungRecord(int Trial, int Rung, double Value, bool Goes);

/// <summary>Whether a trial goes on or is dropped, by asynchronous successive halving (<see cref="HalvingConfig"/>).</summary>
/// <param name="sweep">The sweep, in whose folder decisions are noted: a trial that comes to a rung again hears the same.</param>
/// <param name="config">The rungs.</param>
/// <param name="trial">The trial's number.</param>
/// <param name="epochs">How many epochs it has; after the last it is done, and nothing is left to save.</param>
internal sealed class Halving(SweepFolder sweep, HalvingConfig config, int trial, int epochs)
{
    private readonly Queue<int> _rungs = new(Rungs(config, epochs));

    /// <summary>The decision to drop it; null while it goes on.</summary>
    public RungRecord? Dropped { get; private set; }

    /// <summary>The rungs below so many epochs.</summary>
    public static IEnumerable<int> Rungs(HalvingConfig config, int epochs)
    {
        for (long rung = config.Epochs; rung < epochs; rung *= config.Factor)
        {
            yield return (int)rung;
        }
    }

    /// <summary>Judges a trial at each rung that it has reached since it was judged last.</summary>
    /// <param name="epoch">The epochs that are done.</param>
    /// <param name="value">Its last validation; null where there was none yet.</param>
    /// <returns>Whether it goes on.</returns>
    /// <exception cref="Formats.FileWriteException">The decision cannot be noted.</exception>
    public bool Goes(int epoch, double? value)
    {
        while (epoch < epochs && Dropped is null && value is { } judged && _rungs.TryPeek(out var rung) && rung <= epoch)
        {
            _rungs.Dequeue();
            var decision = sweep.Decide(trial, rung, judged, others => Goes(others, judged, config.Factor));
            Dropped = decision.Goes ? null : decision;
        }

        return Dropped is null;
    }

    /// <summary>Whether a value is among the best 1 of so many at a rung, or the best so far where there are fewer.</summary>
    /// <param name="others">The values of those that came there before.</param>
    /// <param name="value">The value; one that is no number is worse than all.</param>
    /// <param name="factor">1 of so many goes on.</param>
    internal static bool Goes(IReadOnlyCollection<double> others, double value, int factor)
    {
        var places = Math.Max(1, (others.Count + 1) / factor);
        return !double.IsNaN(value) && others.Count(other => other <= value) < places;
    }
}
