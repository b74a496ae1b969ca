using FFF.Flows;
using FFF.Networks;
using FFF.Networks.Embeddings;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace FFF.Training;

/// <summary>
/// Whether a step launches the same each time, so that a recording of it can stand for it. Networks and objectives of others may draw random
/// numbers on the device, as dropout does, or look at what changes on the host: a recording would repeat them as they were, without a word.
/// </summary>
internal static class Recordable
{
    /// <summary>Whether flow and objective are made of this library's modules alone.</summary>
    /// <param name="flow">What is trained.</param>
    /// <param name="objective">What is minimised.</param>
    public static bool Is(Flow flow, IObjective objective) => objective.IsOwn && flow.modules().Prepend(flow).All(IsOwn);

    private static bool IsOwn(nn.Module module) => module is not (ModuleNetwork or ModuleEmbedding) && (IsOwn(module.GetType()) || IsList(module.GetType()));

    private static bool IsOwn(Type type) => type.Assembly == typeof(Recordable).Assembly;

    private static bool IsList(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ModuleList<>);
}
