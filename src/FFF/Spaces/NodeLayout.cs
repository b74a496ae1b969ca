using FFF.Options;

namespace FFF.Spaces;

/// <summary>How a flat row of D = N·(d + F) numbers is a graph of N nodes, for any N: node after node, its position and then its features.</summary>
/// <param name="Dimensions">d, of space.</param>
/// <param name="Features">F, numbers of a node that do not change as it moves.</param>
public sealed record NodeLayout(int Dimensions, int Features)
{
    /// <summary>Who is who among the nodes, where rows are all of one size; null where they are told apart by nothing but their features.</summary>
    public ParticleLabels? Labels { get; init; }

    /// <summary>Which nodes are bonded, where rows are all of one size; null where no bonds are known.</summary>
    public ParticleBonds? Bonds { get; init; }

    /// <summary>The order of the nodes, where it means something; null where it does not.</summary>
    public NodeRanks? Ranks { get; init; }

    /// <summary>N, where rows are all of one size and that matters; else null.</summary>
    internal int? Count { get; init; }

    /// <summary>Numbers that a network is told of each node: its features and label or rank, or 1 where there are none of these.</summary>
    public int Told => Math.Max(1, Features + ToldOfIdentity);

    /// <summary>Numbers that a network is told of who a node is: its label or its rank.</summary>
    internal int ToldOfIdentity => (Labels?.Count ?? 0) + (Ranks is null ? 0 : NodeRanks.Told);

    /// <summary>d + F.</summary>
    public int Width => Dimensions + Features;

    /// <summary>The layout, for what needs nodes.</summary>
    /// <param name="layout">That of the data; null where their rows are no graphs.</param>
    /// <param name="key">The key that asks for it, such as network.</param>
    /// <param name="kind">The kind it names.</param>
    /// <exception cref="UnsuitableOptionsException">The data are no particles or molecules.</exception>
    public static NodeLayout Require(NodeLayout? layout, string key, string kind) => layout
        ?? throw new UnsuitableOptionsException(key,
            $"expected data of particles or molecules for the kind {kind}, found data that are none, or positions that "
                + "are learnt by distances and angles; use another kind, or data of positions");

    /// <summary>The layout, for what needs nodes that have features.</summary>
    /// <inheritdoc cref="Require"/>
    public static NodeLayout RequireFeatures(NodeLayout? layout, string key, string kind) => layout switch
    {
        { Features: > 0 } => layout,
        null => throw new UnsuitableOptionsException(key,
            $"expected data of molecules for the kind {kind}, found data that are no graphs; use another kind, or data of molecules"),
        _ => throw new UnsuitableOptionsException(key,
            $"expected data of molecules for the kind {kind}, found data of particles, whose nodes have no features; use another kind, or data of molecules"),
    };

    /// <summary>The ranks, for what needs nodes in an order.</summary>
    /// <inheritdoc cref="Require"/>
    internal static NodeRanks RequireRanks(NodeLayout? layout, string key, string kind) => layout?.Ranks
        ?? throw new UnsuitableOptionsException(key,
            $"expected molecules whose atoms are in an order for the kind {kind}, found {(layout is null ? "data that are no graphs" : "data without one")}; "
                + "use another kind, or molecules with data.order: skeleton");
}
