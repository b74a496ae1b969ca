using FFF.Kernels.Classifiers;
using FFF.Kernels.Graphs;
using FFF.Kernels.Perceptrons;
using FFF.Kernels.Vectors;

namespace FFF.Kernels;

/// <summary>The kernels for vectors of one width.</summary>
/// <typeparam name="V">The vector.</typeparam>
internal sealed unsafe class CpuKernels<V> : ICpuKernels
    where V : unmanaged, ILanes<V>
{
    private const int BitsOfNumber = 32;

    /// <inheritdoc/>
    public int VectorBits => V.Count * BitsOfNumber;

    /// <inheritdoc/>
    public int Lanes => V.Count;

    /// <inheritdoc/>
    public void SiluForward(float* input, float* output, long count, int planes) => DualSilu<V>.Forward(input, output, count, planes);

    /// <inheritdoc/>
    public void SiluBackward(float* input, float* gradOutput, float* gradInput, long count, int planes) =>
        DualSilu<V>.Backward(input, gradOutput, gradInput, count, planes);

    /// <inheritdoc/>
    public void PerceptronForward(PerceptronJob job, PlanesRows input, PlanesRows output, nint[] tapes, bool keepTape) =>
        PerceptronKernel<V>.Forward(job, input, output, tapes, keepTape);

    /// <inheritdoc/>
    public void PerceptronBackward(PerceptronJob job, PlanesRows gradOutput, PlanesRows gradInput, nint[] tapes, PerceptronGradients? gradients) =>
        PerceptronKernel<V>.Backward(job, gradOutput, gradInput, tapes, gradients);

    /// <inheritdoc/>
    public void Adam(in AdamStep step, float* parameters, float* mean, float* square, float* gradient, long count) =>
        AdamKernel<V>.Apply(step, parameters, mean, square, gradient, count);

    /// <inheritdoc/>
    public void BlocksForward(GraphJob job, NodeArrays given, NodeArrays result, nint[] tapes, bool keepTape) =>
        BlocksKernel<V>.Forward(job, given, result, tapes, keepTape);

    /// <inheritdoc/>
    public void BlocksBackward(GraphJob job, NodeArrays given, NodeArrays result, nint[] tapes, nint[][] gradients, bool ofWeights) =>
        BlocksKernel<V>.Backward(job, given, result, tapes, gradients, ofWeights);

    /// <inheritdoc/>
    public ICpuClassifier Classifier(ClassifierLayout layout, ReadOnlySpan<float> initial, float[] points, int batchSize) =>
        new CpuClassifier<V>(layout, initial, points, batchSize);
}
