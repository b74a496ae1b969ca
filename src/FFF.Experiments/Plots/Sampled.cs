using ScottPlot;

namespace FFF.Plots;

/// <summary>One side of a comparison.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Values">Its samples.</param>
/// <param name="Color">Its colour throughout the picture.</param>
internal sealed record Sampled(string Name, SampleColumns Values, Color Color);
