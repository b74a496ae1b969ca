using FFF.Evaluation;
using FFF.Kernels;
using FFF.Kernels.Classifiers;
using FFF.Randomness;
using FFF.Tests.Kernels;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Evaluation;

/// <summary>Loss and gradient of the classifiers, in both implementations, against their definition.</summary>
public sealed class ClassifierGradientTests : IDisposable
{
    private const int Classifiers = 3;
    private const int Points = 37;

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void TheBatchAgreesWithAutomaticDifferentiation(int dimension)
    {
        var (layout, parameters, points, signs) = Problem(dimension);
        using var batch = new ClassifierBatch(layout, parameters.clone());
        var (loss, gradient) = batch.LossAndGradient(points, signs);

        var leaf = parameters.clone().requires_grad_();
        var expected = Definition(layout, leaf, points, signs);
        var expectedGradient = autograd.grad([expected.sum()], [leaf])[0];
        Check.Close(loss, expected.detach(), 1e-10);
        Check.Close(gradient, expectedGradient, 1e-10);
    }

    [Fact]
    public void TheBatchAgreesWithFiniteDifferences()
    {
        var (layout, parameters, points, signs) = Problem(2);
        using var batch = new ClassifierBatch(layout, parameters.clone());
        var (_, gradient) = batch.LossAndGradient(points, signs);
        const double Step = 1e-6;
        for (var p = 0; p < layout.Count; p += 7)
        {
            var shift = zeros(layout.Count, dtype: ScalarType.Float64);
            shift[p] = Step;
            var slope = (Definition(layout, parameters + shift, points, signs) - Definition(layout, parameters - shift, points, signs)) / (2 * Step);
            Check.Close(gradient.select(1, p), slope, 1e-6);
        }
    }

    public static MatrixTheoryData<int, int> Cpu => new([1, 2, 5], KernelWidths.All.Keys);

    [Theory]
    [MemberData(nameof(Cpu))]
    public void TheCpuImplementationAgreesWithTheBatch(int dimension, int bits)
    {
        var (layout, parameters, points, signs) = Problem(dimension);
        using var batch = new ClassifierBatch(layout, parameters.clone());
        var (loss, gradient) = batch.LossAndGradient(points, signs);
        var logits = batch.Logits(points);
        var right = (logits * signs).gt(0).sum(2).view(-1);
        for (var c = 0; c < Classifiers; c++)
        {
            var rows = cat([points[c], signs[c].view(-1, 1)], 1).to_type(ScalarType.Float32).contiguous().data<float>().ToArray();
            var initial = parameters[c].to_type(ScalarType.Float32).data<float>().ToArray();
            using var classifier = KernelWidths.All[bits].Classifier(layout, initial, rows, batchSize: 50);
            long[] order = [.. Enumerable.Range(0, Points).Select(i => (long)i)];

            // Points of an earlier, larger batch must not count in the next one.
            classifier.LossAndGradient([.. order, 0, 1, 2, 3, 4]);

            Assert.Equal(loss[c].item<double>(), classifier.LossAndGradient(order), 1e-4);
            Check.Close(tensor(classifier.Gradient.ToArray()), gradient[c], 1e-4);
            Assert.Equal(right[c].item<long>(), classifier.CountRight(order));
        }
    }

    [Fact]
    public void FarFromTheBoundaryTheLossStaysExact()
    {
        // All weights 0 but the last bias: logit 200, where exp overflows in single precision.
        var layout = new ClassifierLayout(1);
        var parameters = new float[layout.Count];
        parameters[layout.B3] = 200;
        using var classifier = FusedKernels.OfProcessor!.Classifier(layout, parameters, [0, 1, -1, 0, 1, 1], batchSize: 2);
        Assert.Equal(200, classifier.LossAndGradient([0, 1]), 1e-4);
        Assert.Equal(1, classifier.Gradient[layout.B3], 1e-6);
    }

    /// <summary>B times the loss, from the definition of the network and of scikit-learn's loss.</summary>
    private static Tensor Definition(ClassifierLayout layout, Tensor parameters, Tensor points, Tensor signs)
    {
        var hidden = layout.Hidden;
        var start = 0L;
        var (w1, b1, w2, b2, w3, b3) = (Next(layout.Dimension, hidden), Next(1, hidden), Next(hidden, hidden), Next(1, hidden), Next(hidden, 1), Next(1, 1));
        var x = points.narrow(2, 0, layout.Dimension);
        var h1 = (x.matmul(w1) + b1).relu();
        var h2 = (h1.matmul(w2.transpose(1, 2)) + b2).relu();
        var probability = (h2.matmul(w3) + b3).sigmoid().transpose(1, 2);
        var label = (signs + 1) / 2;
        var crossEntropy = -((label * probability.log()) + ((1 - label) * (1 - probability).log())).sum([1, 2]);
        return crossEntropy + (0.5 * 1e-4f * (w1.pow(2).sum([1, 2]) + w2.pow(2).sum([1, 2]) + w3.pow(2).sum([1, 2])));

        Tensor Next(long rows, long columns)
        {
            var block = parameters.narrow(1, start, rows * columns).view(-1, rows, columns);
            start += rows * columns;
            return block;
        }
    }

    private static (ClassifierLayout Layout, Tensor Parameters, Tensor Points, Tensor Signs) Problem(int dimension)
    {
        using var random = new RandomStream(5);
        var layout = new ClassifierLayout(dimension);
        var parameters = random.Normal([Classifiers, layout.Count], ScalarType.Float64) * 0.3;
        var points = cat([random.Normal([Classifiers, Points, dimension], ScalarType.Float64), ones(Classifiers, Points, 1, dtype: ScalarType.Float64)], 2);
        var signs = (random.Uniform([Classifiers, 1, Points], ScalarType.Float64).round() * 2) - 1;
        return (layout, parameters, points, signs);
    }
}
