namespace FFF.Graphs;

/// <summary>Numbers that are written into a graph.</summary>
/// <param name="Name">By which nodes name them.</param>
/// <param name="Kind">What they are.</param>
/// <param name="Shape">How many there are in each dimension.</param>
/// <param name="Bytes">The numbers, little-endian.</param>
internal sealed record GraphConstant(string Name, ElementKind Kind, IReadOnlyList<long> Shape, byte[] Bytes);
