using FFF.Graphs;
using static TorchSharp.torch;

namespace FFF.Flows.Splines;

/// <summary>Positive numbers from unconstrained ones.</summary>
internal static class Positive
{
    /// <summary>ε + log(1 + exp(t + log(e^(1−ε) − 1))): above ε, and 1 at t = 0.</summary>
    /// <param name="t">Unconstrained, any shape.</param>
    /// <param name="least">ε, below 1.</param>
    public static Tensor From(Tensor t, double least) => nn.functional.softplus(t + Math.Log(Math.Exp(1 - least) - 1)) + least;

    /// <summary>The same in a graph of operators.</summary>
    public static GraphValue From(GraphValue t, double least) => (t + Math.Log(Math.Exp(1 - least) - 1)).Softplus() + least;
}
