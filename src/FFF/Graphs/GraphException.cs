using FFF.Errors;

namespace FFF.Graphs;

/// <summary>A model has a part that cannot be written as a graph of operators; the message names it.</summary>
internal sealed class GraphException(string message) : InputException(message);
