namespace FFF.Kernels.Graphs;

/// <summary>
/// What is computed of the edges of one node, E' = N − 1 of them: messages, and numbers of each edge. The numbers of an edge stand
/// <see cref="Stride"/> behind those of its plane before, with zeros behind the last edge, so that they fill vectors of any width.
/// </summary>
internal readonly unsafe struct MessageArrays
{
    /// <summary>The most numbers that a vector of any width has.</summary>
    private const int MostLanes = 16;

    /// <summary>Arrays of numbers with planes.</summary>
    private const int Kinds = 6;

    /// <summary>m and its tangents, [P, E', H].</summary>
    public readonly float* Messages;

    /// <summary>σ(u) of what is before the activation, [E', H].</summary>
    public readonly float* Sigmas;

    /// <summary>w·m without its bias.</summary>
    public readonly float* Logits;

    /// <summary>w₃·m.</summary>
    public readonly float* Numbers;

    /// <summary>∂ of <see cref="Numbers"/>.</summary>
    public readonly float* GradNumbers;

    /// <summary>∂ of <see cref="Logits"/>.</summary>
    public readonly float* GradLogits;

    /// <summary>∂Σ·m.</summary>
    public readonly float* Products;

    /// <summary>The tangents of α/n, from the second plane on.</summary>
    public readonly float* Rates;

    /// <summary>α/n, of one plane.</summary>
    public readonly float* Weights;

    /// <summary>From one plane of the edges' numbers to the next.</summary>
    public readonly int Stride;

    /// <summary>Lays the arrays out, and fills them with zeros.</summary>
    /// <param name="memory">Room for <see cref="Size"/> numbers.</param>
    /// <param name="shape">Sizes.</param>
    public MessageArrays(float* memory, KernelShape shape)
    {
        new Span<float>(memory, (int)Size(shape)).Clear();
        Stride = Padded(shape);
        var (planes, rows) = (shape.Planes * Stride, (long)(shape.Nodes - 1) * shape.Width);
        Logits = memory;
        Numbers = Logits + planes;
        GradNumbers = Numbers + planes;
        GradLogits = GradNumbers + planes;
        Products = GradLogits + planes;
        Rates = Products + planes;
        Weights = Rates + planes;
        Messages = Weights + Stride;
        Sigmas = Messages + shape.Planes * rows;
    }

    /// <summary>How many numbers they are.</summary>
    public static long Size(KernelShape shape) =>
        (Kinds * shape.Planes + 1) * Padded(shape) + (shape.Planes + 1L) * (shape.Nodes - 1) * shape.Width;

    private static int Padded(KernelShape shape) => (shape.Nodes - 1 + MostLanes - 1) / MostLanes * MostLanes;
}
