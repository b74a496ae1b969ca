namespace FFF.Graphs;

/// <summary>One operator of a graph, as ONNX defines it.</summary>
/// <param name="Operator">Its name in ONNX, such as MatMul.</param>
/// <param name="Inputs">The names of what it is given.</param>
/// <param name="Output">The name of what it gives.</param>
/// <param name="Attributes">Whole numbers by name, such as axis.</param>
internal sealed record GraphNode(string Operator, IReadOnlyList<string> Inputs, string Output, IReadOnlyList<(string Name, long Value)> Attributes);
