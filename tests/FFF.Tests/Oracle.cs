using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace FFF.Tests;

/// <summary>Numbers computed by the published PyTorch implementation or by scikit-learn; tensors as {shape, data}.</summary>
internal static class Oracle
{
    public static JsonObject Load(string name) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Oracles", name)))!.AsObject();

    public static Tensor Tensor(JsonNode node) =>
        tensor(node["data"]!.AsArray().Select(v => v!.GetValue<double>()).ToArray(), float64)
            .reshape([.. node["shape"]!.AsArray().Select(v => v!.GetValue<long>())]);
}
