using FFF.Kernels.Classifiers;
using FFF.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace FFF.Evaluation;

/// <summary>The batched model as tensors, for a GPU.</summary>
internal sealed class TensorClassifiers : IClassifiers
{
    private static readonly Scalar Zero = 0.0;
    private static readonly Scalar One = 1.0;

    private readonly ClassifierLayout _layout;
    private readonly ClassifierBatch _classifiers;
    private readonly AdamMoments _moments;
    private readonly IReadOnlyList<Tensor> _points;
    private IReadOnlyList<HeldOutFold> _folds;
    private Tensor _data;
    private int _steps;

    /// <summary>One classifier for each fold.</summary>
    /// <param name="layout">The network.</param>
    /// <param name="initial">The initial parameters of each, [P].</param>
    /// <param name="folds">What they are trained and scored on; all with n training points.</param>
    /// <param name="points">The labelled points of each pair, [N, D + 2] (see <see cref="C2stInput.Pool"/>), on the device.</param>
    public TensorClassifiers(ClassifierLayout layout, float[] initial, IReadOnlyList<HeldOutFold> folds, IReadOnlyList<Tensor> points)
    {
        using var scope = NewDisposeScope();
        _layout = layout;
        _folds = folds;
        _points = points;
        _classifiers = new ClassifierBatch(layout, tensor(initial, device: points[0].device).repeat(folds.Count, 1).DetachFromDisposeScope());
        _moments = new AdamMoments(_classifiers.Parameters);

        // [n, C, D + 2]: the i-th training point of every classifier in one contiguous row, so that a batch of all of them
        // is one gather.
        _data = stack([.. folds.Select(fold => Select(fold, fold.Train))], 1).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public double[] Epoch(long[] order, int batchSize)
    {
        using var noGradient = no_grad();
        using var epoch = NewDisposeScope();
        var features = _layout.Dimension + 1;
        var losses = zeros(_folds.Count, device: _data.device);
        var all = tensor(order, device: _data.device);
        for (long first = 0; first < order.Length; first += batchSize)
        {
            using var step = NewDisposeScope();
            var rows = Math.Min(batchSize, order.Length - first);
            var batch = _data.index_select(0, all.narrow(0, first, rows));
            var (loss, gradient) = _classifiers.LossAndGradient(batch.narrow(2, 0, features).transpose(0, 1), batch.narrow(2, features, 1).permute(1, 2, 0));
            _moments.Update(_classifiers.Parameters, gradient, ClassifierAdam.Step(++_steps, rows));
            losses.add_(loss, One);
        }

        return [.. losses.cpu().data<float>().Select(loss => (double)loss / order.Length)];
    }

    /// <inheritdoc/>
    public double Accuracy(int classifier)
    {
        using var scope = NewDisposeScope();
        return Margins(classifier).gt(Zero).to_type(ScalarType.Float64).mean().item<double>();
    }

    /// <inheritdoc/>
    public double HeldOutLoss(int classifier)
    {
        using var scope = NewDisposeScope();
        return -Margins(classifier).to_type(ScalarType.Float64).log_sigmoid().mean().item<double>();
    }

    /// <inheritdoc/>
    public float[] Parameters(int classifier)
    {
        using var scope = NewDisposeScope();
        return _classifiers.Parameters[classifier].cpu().contiguous().data<float>().ToArray();
    }

    /// <inheritdoc/>
    public void Keep(IReadOnlyList<int> classifiers)
    {
        using var scope = NewDisposeScope();
        var rows = tensor(classifiers.Select(i => (long)i).ToArray(), device: _data.device);
        _classifiers.Keep(rows);
        _moments.Keep(rows);
        _folds = [.. classifiers.Select(i => _folds[i])];
        using var all = _data;
        _data = all.index_select(1, rows).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _moments.Dispose();
        _classifiers.Dispose();
        _data.Dispose();
    }

    /// <summary>±logit of each held-out point, positive where the classifier is right, [n].</summary>
    private Tensor Margins(int classifier)
    {
        var features = _layout.Dimension + 1;
        var points = Select(_folds[classifier], _folds[classifier].Test);
        using var one = new ClassifierBatch(_layout, _classifiers.Parameters.narrow(0, classifier, 1));
        return one.Logits(points.narrow(1, 0, features).unsqueeze(0)).view(-1).mul(points.narrow(1, features, 1).view(-1));
    }

    private Tensor Select(HeldOutFold fold, long[] rows) => _points[fold.Pair].index_select(0, tensor(rows, device: _points[fold.Pair].device));
}
