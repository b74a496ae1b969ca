using FFF.Evaluation.Boltzmann;
using ScottPlot;

namespace FFF.Evaluations.Conformations;

/// <summary>Data, samples or reweighted samples, as pictures of free energies show them.</summary>
/// <param name="Name">What they are called.</param>
/// <param name="Color">Their colour.</param>
/// <param name="Values">The values of each quantity, n of them, in the order of the series where they are one.</param>
/// <param name="Weights">The weight of each system, with sum 1; all the same if null.</param>
/// <param name="Correlation">Of the chains that drew the systems, where they did; null where the series itself tells.</param>
internal sealed record ConformationSide(
    string Name, Color Color, IReadOnlyDictionary<Quantity, double[]> Values, double[]? Weights = null, ChainCorrelation? Correlation = null);
