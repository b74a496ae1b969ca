using System.Runtime.InteropServices;

namespace FFF.Kernels.Perceptrons;

/// <summary>Copies of a perceptron's weights as its two ways read them, with zeros up to whole vectors.</summary>
internal sealed unsafe class PerceptronWeights : IDisposable
{
    private const int Alignment = 64;

    private readonly float* _memory;
    private readonly long[] _places;

    /// <summary>Copies them.</summary>
    /// <param name="shape">Sizes.</param>
    /// <param name="weights">Where W_l [W_{l+1}, W_l] and b_l [W_{l+1}] lie, in turn.</param>
    /// <param name="backward">Whether the way is back.</param>
    public PerceptronWeights(PerceptronShape shape, ReadOnlySpan<nint> weights, bool backward)
    {
        _places = new long[2 * shape.Layers + 1];
        for (var l = 0; l < shape.Layers; l++)
        {
            _places[2 * l + 1] = _places[2 * l] + (backward ? (long)shape.Widths[l + 1] * shape.Padded[l] : (long)shape.Widths[l] * shape.Padded[l + 1]);
            _places[2 * l + 2] = _places[2 * l + 1] + (backward ? 0 : shape.Padded[l + 1]);
        }

        _memory = (float*)NativeMemory.AlignedAlloc((nuint)_places[^1] * sizeof(float), Alignment);
        for (var l = 0; l < shape.Layers; l++)
        {
            var (inputs, outputs) = (shape.Widths[l], shape.Widths[l + 1]);
            var weight = (float*)weights[2 * l];
            if (backward)
            {
                Copy(weight, outputs, inputs, Matrix(l), shape.Padded[l]);
            }
            else
            {
                Transposition.Of(weight, outputs, inputs, Matrix(l), shape.Padded[l + 1]);
                Copy((float*)weights[2 * l + 1], 1, outputs, Bias(l), shape.Padded[l + 1]);
            }
        }
    }

    /// <summary>W_lᵀ, [W_l, padded W_{l+1}], for the way forward; W_l, [W_{l+1}, padded W_l], for the way back.</summary>
    public float* Matrix(int layer) => _memory + _places[2 * layer];

    /// <summary>b_l, [padded W_{l+1}]; of the way forward.</summary>
    public float* Bias(int layer) => _memory + _places[2 * layer + 1];

    /// <inheritdoc/>
    public void Dispose() => NativeMemory.AlignedFree(_memory);

    private static void Copy(float* source, int rows, int columns, float* target, int stride)
    {
        for (var i = 0; i < rows; i++)
        {
            new Span<float>(source + (long)i * columns, columns).CopyTo(new Span<float>(target + (long)i * stride, columns));
            new Span<float>(target + (long)i * stride + columns, stride - columns).Clear();
        }
    }
}
