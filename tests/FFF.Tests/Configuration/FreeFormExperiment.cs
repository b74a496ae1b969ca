using FFF.Configuration;
using FFF.Flows;

namespace FFF.Tests.Configuration;

/// <summary>What tests ask of experiments with the free-form flow.</summary>
internal static class FreeFormExperiment
{
    public static FreeFormMethod FreeForm(this Experiment experiment) => (FreeFormMethod)experiment.Method;
}
