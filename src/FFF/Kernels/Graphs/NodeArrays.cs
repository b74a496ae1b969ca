namespace FFF.Kernels.Graphs;

/// <summary>Where the nodes' numbers of all graphs lie, or the gradients of them.</summary>
/// <param name="h">h, [P, B, N, H].</param>
/// <param name="x">x, [P, B, N, d].</param>
internal readonly unsafe struct NodeArrays(float* h, float* x)
{
    private readonly float* _h = h;
    private readonly float* _x = x;

    /// <summary>Copies some graphs' rows of all planes into a worker's arrays.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="batch">B.</param>
    /// <param name="first">The first graph.</param>
    /// <param name="graphs">How many.</param>
    /// <param name="memory">The worker's arrays.</param>
    public void Gather(KernelShape shape, int batch, int first, int graphs, ChunkMemory memory)
    {
        for (var p = 0; p < shape.Planes; p++)
        {
            Part(_h, p * batch + first, graphs, shape.NodeNumbers).CopyTo(Part(memory.H, p * graphs, graphs, shape.NodeNumbers));
            Part(_x, p * batch + first, graphs, shape.PositionNumbers).CopyTo(Part(memory.X, p * graphs, graphs, shape.PositionNumbers));
        }
    }

    /// <summary>Copies them back.</summary>
    /// <inheritdoc cref="Gather"/>
    public void Scatter(KernelShape shape, int batch, int first, int graphs, ChunkMemory memory)
    {
        for (var p = 0; p < shape.Planes; p++)
        {
            Part(memory.H, p * graphs, graphs, shape.NodeNumbers).CopyTo(Part(_h, p * batch + first, graphs, shape.NodeNumbers));
            Part(memory.X, p * graphs, graphs, shape.PositionNumbers).CopyTo(Part(_x, p * batch + first, graphs, shape.PositionNumbers));
        }
    }

    private static Span<float> Part(float* start, int first, int graphs, int numbers) => new(start + (long)first * numbers, graphs * numbers);
}
