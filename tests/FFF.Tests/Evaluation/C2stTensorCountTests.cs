using FFF.Evaluation;
using FFF.Kernels.Classifiers;
using FFF.Randomness;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Evaluation;

public sealed class C2stTensorCountTests
{
    [Fact]
    public void LeavesNoTensorsBehind()
    {
        using var generator = new RandomStream(1);
        using var samples = generator.Normal([200, 2]);
        using var reference = generator.Normal([200, 2]);
        var before = CountAfterCollection();
        C2st.Run([(samples, reference)], new C2stOptions());
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void LeavesNoTensorsBehindAsTensors()
    {
        using var generator = new RandomStream(1);
        using var values = generator.Normal([300, 2]);
        using var points = cat([values, ones(300, 1), values.narrow(1, 0, 1).sign()], 1);
        var (layout, random) = (new ClassifierLayout(2), new NumpyRandom(1));
        var folds = HeldOutFold.Of(300, 0, new C2stOptions { Folds = 3 }).ToList();
        var before = CountAfterCollection();
        using (var classifiers = new TensorClassifiers(layout, layout.Initial(random), folds, [points]))
        {
            long[] order = [.. Enumerable.Range(0, 200).Select(i => (long)i)];
            var held = Tensor.TotalCount;
            classifiers.Epoch(order, ClassifierTraining.BatchSize);
            classifiers.Accuracy(1);
            classifiers.Keep([0, 2]);
            Assert.Equal(held, Tensor.TotalCount);
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    /// <summary>Other tests' tensors must not be freed in the middle.</summary>
    private static long CountAfterCollection()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }
}
