using System.Runtime.InteropServices;

namespace FFF.Kernels.Graphs;

/// <summary>One worker's arrays for a chunk of graphs; a planes' array is [P, G·N, ...] for nodes, [P, G·E, ...] for edges.</summary>
internal sealed unsafe class ChunkMemory : IDisposable
{
    /// <summary>Numbers of a cache line, at which every array starts.</summary>
    private const int Line = 16;

    private readonly float* _start;
    private float* _next;

    /// <summary>Reserves memory for the way forward, or for the way back.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="graphs">The most graphs of a chunk.</param>
    /// <param name="backward">Whether for the way back too.</param>
    public ChunkMemory(KernelShape shape, int graphs, bool backward)
    {
        var (p, h, d) = ((long)shape.Planes, shape.Width, shape.Dimensions);
        var (n, e) = (p * graphs * shape.Nodes, p * graphs * shape.Edges);
        var numbers = n * (2 * h + d) + e * (2 + d + h) + MessageArrays.Size(shape) + (backward ? n * 4 * h + e * (2 + d + h) + 2 * h : 0);
        _start = _next = (float*)NativeMemory.AlignedAlloc((nuint)(numbers + 16 * Line) * sizeof(float), Line * sizeof(float));
        H = Take(n * h);
        X = Take(n * d);
        Hidden = Take(n * h);
        Initial = Take(e);
        R = Take(e);
        Directions = Take(e * d);
        First = Take(e * h);
        Messages = new(Take(MessageArrays.Size(shape)), shape);
        if (backward)
        {
            GradNodes = Take(n * 2 * h);
            GradSum = Take(n * h);
            GradHidden = Take(n * h);
            GradInitial = Take(e);
            GradR = Take(e);
            GradDirections = Take(e * d);
            GradSecond = Take(e * h);
            GradDistanceWeights = Take(2 * h);
        }
    }

    /// <summary>h or ∂h, and x or ∂x.</summary>
    public float* H { get; }

    /// <inheritdoc cref="H"/>
    public float* X { get; }

    /// <summary>What is after the activation in the nodes' perceptron, [.., H].</summary>
    public float* Hidden { get; }

    /// <summary>r⁰.</summary>
    public float* Initial { get; }

    /// <summary>r.</summary>
    public float* R { get; }

    /// <summary>Directions, [.., d].</summary>
    public float* Directions { get; }

    /// <summary>s, the first layer's output, [.., H]; on the way back ∂s, then s.</summary>
    public float* First { get; }

    /// <summary>What is of the edges of one node.</summary>
    public MessageArrays Messages { get; }

    /// <summary>∂[A C], [.., 2H].</summary>
    public float* GradNodes { get; }

    /// <summary>∂Σ, [.., H].</summary>
    public float* GradSum { get; }

    /// <summary>∂ of <see cref="Hidden"/>, [.., H].</summary>
    public float* GradHidden { get; }

    /// <summary>∂r⁰.</summary>
    public float* GradInitial { get; }

    /// <summary>∂r.</summary>
    public float* GradR { get; }

    /// <summary>∂ of <see cref="Directions"/>.</summary>
    public float* GradDirections { get; }

    /// <summary>∂h₂, [.., H].</summary>
    public float* GradSecond { get; }

    /// <summary>∂w_r and ∂w_0, [2, H].</summary>
    public float* GradDistanceWeights { get; }

    /// <inheritdoc/>
    public void Dispose() => NativeMemory.AlignedFree(_start);

    private float* Take(long count)
    {
        var taken = _next;
        _next += (count + Line - 1) / Line * Line;
        return taken;
    }
}
