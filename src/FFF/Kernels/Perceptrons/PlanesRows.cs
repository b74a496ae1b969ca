namespace FFF.Kernels.Perceptrons;

/// <summary>Where the rows of a value, [B, W], and of its tangents, [K, B, W], lie.</summary>
/// <param name="value">The value.</param>
/// <param name="tangents">The tangents; null where there are none.</param>
/// <param name="batch">B.</param>
/// <param name="width">W.</param>
internal readonly unsafe struct PlanesRows(float* value, float* tangents, long batch, int width)
{
    private readonly float* _value = value;
    private readonly float* _tangents = tangents;

    /// <summary>Copies some rows of all planes, [P, rows, stride], with zeros beyond their numbers.</summary>
    public void Gather(long first, int rows, int planes, float* target, int stride)
    {
        for (var p = 0; p < planes; p++)
        {
            for (var i = 0; i < rows; i++, target += stride)
            {
                new Span<float>(Row(p, first + i), width).CopyTo(new Span<float>(target, width));
                new Span<float>(target + width, stride - width).Clear();
            }
        }
    }

    /// <summary>Copies them back.</summary>
    public void Scatter(long first, int rows, int planes, float* source, int stride)
    {
        for (var p = 0; p < planes; p++)
        {
            for (var i = 0; i < rows; i++, source += stride)
            {
                new Span<float>(source, width).CopyTo(new Span<float>(Row(p, first + i), width));
            }
        }
    }

    private float* Row(int plane, long row) => (plane == 0 ? _value : _tangents + (plane - 1) * batch * width) + row * width;
}
