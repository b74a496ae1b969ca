using FFF.Configuration;

namespace FFF.Sweeps;

/// <summary>One run of a sweep, before it is started.</summary>
/// <param name="Number">Its number, from 0.</param>
/// <param name="Values">What it sets, by key path, as YAML.</param>
/// <param name="Experiment">What it trains.</param>
internal sealed record Trial(int Number, IReadOnlyDictionary<string, string> Values, Experiment Experiment);
