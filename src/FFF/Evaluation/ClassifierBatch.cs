using static TorchSharp.torch;

namespace FFF.Evaluation;

/// <summary>
/// C independent classifiers with two hidden layers of H = 10·D ReLU units, evaluated together by batched products:
/// logit = w₃ᵀ relu(W₂ relu(W₁ᵀ [x, 1]) + b₂) + b₃, and P(label = 1 | x) = sigmoid(logit).
/// </summary>
/// <remarks>
/// <para>
/// The loss of a batch of B points is that of scikit-learn's <c>MLPClassifier</c>: mean cross-entropy
/// + α/(2B)·‖weights‖², α = 1e-4, without the biases. Its gradient is written out: here it takes about half the time of
/// automatic differentiation.
/// </para>
/// <para>
/// Layout is speed at this size: one row of a flat tensor holds all parameters of a classifier, and the orders
/// of points (B) and units (H), in the first layer [B, H], in the second [H, B], are those for which the five products
/// with B·H entries are fastest (on a CPU: half the time of [B, H] throughout).
/// </para>
/// </remarks>
public sealed class ClassifierBatch : IDisposable
{
    private const double L2 = 1e-4;
    private const int HiddenPerDimension = 10;

    private readonly int _dimension;
    private readonly int _hidden;
    private readonly Tensor _decay;
    private Blocks _blocks;

    /// <summary>Takes over the given parameters.</summary>
    /// <param name="dimension">D.</param>
    /// <param name="parameters">One classifier a row, [C, P]: W₁ with b₁ as its last row [D + 1, H], W₂ [H, H], b₂ [H], w₃ [H], b₃.</param>
    public ClassifierBatch(int dimension, Tensor parameters)
    {
        _dimension = dimension;
        _hidden = HiddenPerDimension * dimension;
        Parameters = parameters;
        _blocks = Blocks.Of(parameters, dimension, _hidden);
        _decay = PerBlock(dimension, weights: _ => L2, biases: _ => 0).to(parameters.dtype).to(parameters.device).DetachFromDisposeScope();
    }

    /// <summary>The parameters of the classifiers, [C, P].</summary>
    public Tensor Parameters { get; private set; }

    /// <summary>
    /// Initial parameters of one classifier, [P], float32: weights and biases of a layer uniform in
    /// ±√(6 / (inputs + outputs)) (Glorot and Bengio, 2010).
    /// </summary>
    public static Tensor Initial(int dimension, Generator generator)
    {
        using var bound = PerBlock(dimension, Bound, Bound);
        using var unit = rand(bound.shape, generator: generator);
        return unit.mul_(2).sub_(1).mul(bound);

        static double Bound((int Inputs, int Outputs) layer) => Math.Sqrt(6.0 / (layer.Inputs + layer.Outputs));
    }

    /// <summary>The logits of the points: positive where the label 1 is more likely.</summary>
    /// <param name="points">[C, B, D + 1], the last column 1.</param>
    /// <returns>[C, 1, B].</returns>
    public Tensor Logits(Tensor points)
    {
        using var scope = NewDisposeScope();
        return Forward(points).Logits.MoveToOuterDisposeScope();
    }

    /// <summary>The loss of each classifier on a batch of its own, and the gradient.</summary>
    /// <param name="points">[C, B, D + 1], the last column 1.</param>
    /// <param name="labels">0 or 1, [C, 1, B].</param>
    /// <returns>B times the loss, [C], and the gradient of the loss, [C, P].</returns>
    public (Tensor Loss, Tensor Gradient) LossAndGradient(Tensor points, Tensor labels)
    {
        using var scope = NewDisposeScope();
        var (h1, h2, logits) = Forward(points);
        var batch = (double)points.shape[1];
        var classifiers = points.shape[0];

        // -log P(label) = softplus(logit) - label·logit
        var loss = logits.softplus(1, 20).sub_(labels * logits).sum([1, 2]);
        using var squares = Parameters.square();
        loss.add_(squares.matmul(_decay), alpha: 0.5);

        // δ is the derivative of the loss by a layer's input; sign(relu(a)) is the derivative of relu.
        var d3 = logits.sigmoid_().sub_(labels).div_(batch);
        var gradientW3 = d3.bmm(h2.transpose(1, 2));
        var d2 = _blocks.W3.mul(d3).mul_(h2.sign_());
        var gradientW2 = d2.bmm(h1);
        var d1 = d2.transpose(1, 2).bmm(_blocks.W2).mul_(h1.sign_());
        var gradientW1 = points.transpose(1, 2).bmm(d1);

        var gradient = cat([gradientW1.view(classifiers, -1), gradientW2.view(classifiers, -1), d2.sum(2), gradientW3.view(classifiers, -1), d3.sum(2)], 1);
        gradient.addcmul_(Parameters, _decay, 1 / batch);
        return (loss.MoveToOuterDisposeScope(), gradient.MoveToOuterDisposeScope());
    }

    /// <summary>Keeps the classifiers of the given rows only.</summary>
    public void Keep(Tensor rows)
    {
        using var all = Parameters;
        _blocks.Dispose();
        Parameters = all.index_select(0, rows).DetachFromDisposeScope();
        _blocks = Blocks.Of(Parameters, _dimension, _hidden);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _blocks.Dispose();
        Parameters.Dispose();
        _decay.Dispose();
    }

    private (Tensor H1, Tensor H2, Tensor Logits) Forward(Tensor points)
    {
        var h1 = points.bmm(_blocks.W1).relu_();
        var h2 = _blocks.W2.bmm(h1.transpose(1, 2)).add_(_blocks.B2).relu_();
        return (h1, h2, _blocks.W3Transposed.bmm(h2).add_(_blocks.B3));
    }

    /// <summary>A value for each parameter, [P], that depends on its layer's numbers of inputs and outputs.</summary>
    private static Tensor PerBlock(int dimension, Func<(int Inputs, int Outputs), double> weights, Func<(int Inputs, int Outputs), double> biases)
    {
        var hidden = HiddenPerDimension * dimension;
        (int Inputs, int Outputs)[] layers = [(dimension, hidden), (hidden, hidden), (hidden, 1)];
        return tensor(layers.SelectMany(layer =>
            Enumerable.Repeat((float)weights(layer), layer.Inputs * layer.Outputs)
                .Concat(Enumerable.Repeat((float)biases(layer), layer.Outputs))).ToArray());
    }

    /// <summary>
    /// Views of the parameters: W₁ [C, D + 1, H], W₂ [C, H, H], b₂ [C, H, 1], w₃ [C, H, 1], w₃ᵀ [C, 1, H], b₃ [C, 1, 1].
    /// They are kept, since with few classifiers a step is as long as its calls are many.
    /// </summary>
    private sealed record Blocks(Tensor W1, Tensor W2, Tensor B2, Tensor W3, Tensor W3Transposed, Tensor B3) : IDisposable
    {
        public static Blocks Of(Tensor parameters, int dimension, int hidden)
        {
            var start = 0L;
            return new Blocks(Next(dimension + 1, hidden), Next(hidden, hidden), Next(hidden, 1), View(hidden, 1), Next(1, hidden), Next(1, 1));

            Tensor Next(long rows, long columns)
            {
                var view = View(rows, columns);
                start += rows * columns;
                return view;
            }

            Tensor View(long rows, long columns)
            {
                using var block = parameters.narrow(1, start, rows * columns);
                return block.view(-1, rows, columns).DetachFromDisposeScope();
            }
        }

        public void Dispose()
        {
            foreach (var view in (ReadOnlySpan<Tensor>)[W1, W2, B2, W3, W3Transposed, B3])
            {
                view.Dispose();
            }
        }
    }
}
