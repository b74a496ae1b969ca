using System.Text.Json.Nodes;
using FFF.Evaluation;
using FFF.Kernels;
using FFF.Kernels.Classifiers;
using FFF.Randomness;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Evaluation;

/// <summary>Training, in both implementations, against scikit-learn's on the same points from the same seed.</summary>
public sealed class ClassifierTrainingTests : IDisposable
{
    private static readonly JsonObject Expected = Oracle.Load("c2st-training.json");
    private static readonly ClassifierLayout Layout = new(2);

    private readonly DisposeScope _scope = NewDisposeScope();
    private long[] _order = [.. Enumerable.Range(0, Expected["labels"]!.AsArray().Count).Select(i => (long)i)];

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void StartsFromTheParametersOfScikitLearn()
    {
        Assert.Equal(Numbers("initial").Select(v => (float)v), Layout.Initial(Random()));
    }

    [Fact]
    public void FollowsScikitLearnOnTheCpu()
    {
        var (points, fold) = Problem();
        var random = Random();
        using var classifier = FusedKernels.OfProcessor!.Classifier(Layout, Layout.Initial(random), points.data<float>().ToArray(),
            ClassifierTraining.BatchSize);
        foreach (var (order, loss) in Orders(random).Zip(Numbers("loss")))
        {
            Assert.Equal(loss, classifier.Epoch(fold.Train, order, ClassifierTraining.BatchSize), 1e-5);
        }

        Assert.All(Numbers("final").Zip(classifier.Parameters.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    [Fact]
    public void FollowsScikitLearnAsTensors()
    {
        var (points, fold) = Problem();
        var random = Random();
        using var classifiers = new TensorClassifiers(Layout, Layout.Initial(random), [fold, fold, fold], [points]);
        foreach (var (order, loss) in Orders(random).Zip(Numbers("loss")).Take(15))
        {
            Assert.All(classifiers.Epoch(order, ClassifierTraining.BatchSize), mean => Assert.Equal(loss, mean, 1e-5));
        }

        classifiers.Keep([1]);
        foreach (var (order, loss) in Orders(random).Zip(Numbers("loss").Skip(15)))
        {
            Assert.Equal(loss, Assert.Single(classifiers.Epoch(order, ClassifierTraining.BatchSize)), 1e-5);
        }
    }

    [Fact]
    public void BothImplementationsTrainToTheSameScores()
    {
        // Two blobs at 0.8 standard deviations from each other, three folds.
        using var generator = new RandomStream(3);
        var x = generator.Normal([600, 2]);
        var labels = arange(600).remainder(2).view(-1, 1).to_type(ScalarType.Float32);
        var points = cat([x + (0.8 * labels), ones(600, 1), (2 * labels) - 1], 1);
        var folds = HeldOutFold.Of(600, 0, new C2stOptions { Folds = 3 }).ToList();
        var scores = new List<double[]>();
        foreach (var threads in (int?[])[1, 2, null])
        {
            var random = new NumpyRandom(1);
            var initial = Layout.Initial(random);
            using IClassifiers classifiers = threads is { } cores
                ? new CpuClassifiers(Layout, initial, folds, [points.data<float>().ToArray()], ClassifierTraining.BatchSize, cores)
                : new TensorClassifiers(Layout, initial, folds, [points]);
            scores.Add([.. ClassifierTraining.Run(classifiers, folds, random, () => new LossPlateau(), (_, _) => { }, CancellationToken.None)
                .OrderBy(s => s.Fold.Index).Select(s => s.Result)]);
        }

        Assert.Equal(scores[0], scores[1]);
        Assert.All(scores[0].Zip(scores[2]), pair => Assert.Equal(pair.First, pair.Second, 0.011));
        Assert.All(scores[0], accuracy => Assert.InRange(accuracy, 0.55, 0.75));
    }

    private static NumpyRandom Random() => new((uint)Expected["seed"]!.GetValue<int>());

    private static IEnumerable<double> Numbers(string name) => Expected[name]!.AsArray().Select(v => v!.GetValue<double>());

    /// <summary>The orders of the epochs, drawn after the initial parameters.</summary>
    private IEnumerable<long[]> Orders(NumpyRandom random)
    {
        while (true)
        {
            long[] permutation = [.. Enumerable.Range(0, _order.Length).Select(i => (long)i)];
            random.Shuffle(permutation);
            _order = [.. permutation.Select(i => _order[i])];
            yield return _order;
        }
    }

    private static (Tensor Points, HeldOutFold Fold) Problem()
    {
        float[] rows = [.. Expected["points"]!.AsArray().Zip(Expected["labels"]!.AsArray(), (x, label) =>
            (float[])[x![0]!.GetValue<float>(), x[1]!.GetValue<float>(), 1, (2 * label!.GetValue<int>()) - 1]).SelectMany(row => row)];
        long[] all = [.. Enumerable.Range(0, rows.Length / 4).Select(i => (long)i)];
        return (tensor(rows, [all.Length, 4]), new HeldOutFold(0, 0, all, all[..10]));
    }
}
