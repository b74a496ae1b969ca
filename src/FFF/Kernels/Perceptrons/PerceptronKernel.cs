using FFF.Kernels.Vectors;

namespace FFF.Kernels.Perceptrons;

/// <summary>The way of a batch through a perceptron with SiLU and tangents, and back, a few rows at a time through all layers.</summary>
internal static unsafe class PerceptronKernel<V>
    where V : unmanaged, ILanes<V>
{
    /// <summary>The perceptron's value and tangents.</summary>
    /// <param name="job">The weights and who does what.</param>
    /// <param name="input">x, rows of W_0 numbers.</param>
    /// <param name="output">What is written, rows of W_L numbers.</param>
    /// <param name="tapes">
    /// Room for what a chunk leaves, <see cref="ChunkPlan.Largest"/> times <see cref="PerceptronShape.TapeNumbers"/> each: chunk by chunk; or,
    /// where there is no way back, one for each worker.
    /// </param>
    /// <param name="keepTape">Whether there will be a way back.</param>
    public static void Forward(PerceptronJob job, PlanesRows input, PlanesRows output, nint[] tapes, bool keepTape) =>
        job.Plan.Run((worker, chunk, row, rows) =>
    {
        var shape = job.Shape;
        var tape = (float*)tapes[keepTape ? chunk : worker];
        input.Gather(row, rows, shape.Planes, tape, shape.Padded[0]);
        for (var l = 0; l < shape.Layers; l++)
        {
            var (isLast, width) = (l == shape.Layers - 1, shape.Padded[l + 1]);
            var h = isLast ? job.Scratch(worker, 0) : tape + shape.Hidden(l + 1, rows);
            PanelProduct<V>.Multiply(tape + shape.Activated(l, rows), shape.Padded[l], 1, job.Weights.Matrix(l), width, h, width, shape.Planes * rows,
                width, shape.Widths[l], accumulate: false);
            Rows<V>.Add(h, width, rows, job.Weights.Bias(l), width);
            if (!isLast)
            {
                DualSilu<V>.Forward(h, tape + shape.Activated(l + 1, rows), (long)rows * width, shape.Planes);
            }
        }

        output.Scatter(row, rows, shape.Planes, job.Scratch(worker, 0), shape.Padded[^1]);
    });

    /// <summary>The gradients, by one thread.</summary>
    /// <param name="job">The weights, and the same chunks as on the way forward.</param>
    /// <param name="gradOutput">∂y, rows of W_L numbers.</param>
    /// <param name="gradInput">∂x, which is written, rows of W_0 numbers.</param>
    /// <param name="tapes">What the way forward left, chunk by chunk.</param>
    /// <param name="gradients">Where the gradients of the weights are written; null where they are not asked for.</param>
    public static void Backward(PerceptronJob job, PlanesRows gradOutput, PlanesRows gradInput, nint[] tapes, PerceptronGradients? gradients) =>
        job.Plan.Run((worker, chunk, row, rows) =>
        {
            var (shape, isFirst) = (job.Shape, chunk == 0);
            float* tape = (float*)tapes[chunk], grad = job.Scratch(worker, 0), next = job.Scratch(worker, 1);
            gradOutput.Gather(row, rows, shape.Planes, grad, shape.Padded[^1]);
            for (var l = shape.Layers - 1; l >= 0; l--)
            {
                var (inputs, outputs, all) = (shape.Padded[l], shape.Padded[l + 1], shape.Planes * rows);
                if (gradients is { } own)
                {
                    if (isFirst)
                    {
                        new Span<float>(own.Bias(l), outputs).Clear();
                    }

                    Rows<V>.Sum(grad, outputs, rows, own.Bias(l), outputs);
                    PanelProduct<V>.Multiply(grad, 1, outputs, tape + shape.Activated(l, rows), inputs, own.Matrix(l), inputs, shape.Widths[l + 1], inputs,
                        all, accumulate: !isFirst);
                }

                PanelProduct<V>.Multiply(grad, outputs, 1, job.Weights.Matrix(l), inputs, next, inputs, all, inputs, shape.Widths[l + 1], accumulate: false);
                if (l == 0)
                {
                    gradInput.Scatter(row, rows, shape.Planes, next, inputs);
                }
                else
                {
                    DualSilu<V>.Backward(tape + shape.Hidden(l, rows), next, grad, (long)rows * inputs, shape.Planes);
                }
            }
        });
}
