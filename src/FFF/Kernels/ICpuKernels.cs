using FFF.Kernels.Classifiers;
using FFF.Kernels.Graphs;
using FFF.Kernels.Perceptrons;

namespace FFF.Kernels;

/// <summary>The kernels, compiled for vectors of one width.</summary>
internal unsafe interface ICpuKernels
{
    /// <summary>The width, in bits.</summary>
    int VectorBits { get; }

    /// <summary>Numbers of a vector, of which a matrix in memory must have a multiple in a row.</summary>
    int Lanes { get; }

    /// <inheritdoc cref="DualSilu{V}.Forward"/>
    void SiluForward(float* input, float* output, long count, int planes);

    /// <inheritdoc cref="DualSilu{V}.Backward"/>
    void SiluBackward(float* input, float* gradOutput, float* gradInput, long count, int planes);

    /// <inheritdoc cref="PerceptronKernel{V}.Forward"/>
    void PerceptronForward(PerceptronJob job, PlanesRows input, PlanesRows output, nint[] tapes, bool keepTape);

    /// <inheritdoc cref="PerceptronKernel{V}.Backward"/>
    void PerceptronBackward(PerceptronJob job, PlanesRows gradOutput, PlanesRows gradInput, nint[] tapes, PerceptronGradients? gradients);

    /// <inheritdoc cref="AdamKernel{V}.Apply"/>
    void Adam(in AdamStep step, float* parameters, float* mean, float* square, float* gradient, long count);

    /// <inheritdoc cref="BlocksKernel{V}.Forward"/>
    void BlocksForward(GraphJob job, NodeArrays given, NodeArrays result, nint[] tapes, bool keepTape);

    /// <inheritdoc cref="BlocksKernel{V}.Backward"/>
    void BlocksBackward(GraphJob job, NodeArrays given, NodeArrays result, nint[] tapes, nint[][] gradients, bool ofWeights);

    /// <summary>A classifier with the given initial parameters.</summary>
    /// <param name="layout">The network.</param>
    /// <param name="initial">[P].</param>
    /// <param name="points">Labelled points, rows (x, 1, sign of the label), [N, D + 2].</param>
    /// <param name="batchSize">The most points in a batch.</param>
    ICpuClassifier Classifier(ClassifierLayout layout, ReadOnlySpan<float> initial, float[] points, int batchSize);
}
