namespace FFF.Kernels.Perceptrons;

/// <summary>Where the gradients of the weights lie: ∂W_0 [W_1, padded W_0], ∂b_0 [padded W_1], ∂W_1, ...</summary>
internal readonly unsafe struct PerceptronGradients(float* start, PerceptronShape shape)
{
    private readonly float* _start = start;

    /// <summary>Numbers of all.</summary>
    public static long Numbers(PerceptronShape shape) => Place(shape, shape.Layers);

    /// <summary>Where ∂W_l begins.</summary>
    public static long Place(PerceptronShape shape, int layer)
    {
        long place = 0;
        for (var l = 0; l < layer; l++)
        {
            place += (long)shape.Widths[l + 1] * shape.Padded[l] + shape.Padded[l + 1];
        }

        return place;
    }

    /// <summary>∂W_l.</summary>
    public float* Matrix(int layer) => _start + Place(shape, layer);

    /// <summary>∂b_l.</summary>
    public float* Bias(int layer) => Matrix(layer) + (long)shape.Widths[layer + 1] * shape.Padded[layer];
}
