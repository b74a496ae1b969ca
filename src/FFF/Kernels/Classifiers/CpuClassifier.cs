using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FFF.Kernels.Classifiers;

/// <summary>
/// One row of the batched model on a CPU: a classifier whose parameters, moments and activations stay in the cache of a
/// core for a whole epoch (see <see cref="ClassifierLayout"/> for the network and its loss).
/// </summary>
/// <remarks>Activations are [units, points], the points of a batch padded with others of sign, and so weight, 0.</remarks>
internal sealed unsafe class CpuClassifier : IDisposable
{
    private const int Alignment = 64;

    private readonly ClassifierLayout _layout;
    private readonly float[] _points;
    private readonly int _width;
    private readonly int _padded;
    private readonly float* _memory;
    private readonly float* _parameters;
    private readonly float* _decay;
    private readonly float* _mean;
    private readonly float* _square;
    private readonly float* _gradient;
    private readonly float* _x;
    private readonly float* _sign;
    private readonly float* _h1;
    private readonly float* _h2;
    private readonly float* _logit;
    private readonly float* _d1;
    private readonly float* _d2;
    private readonly float* _d3;
    private int _steps;

    /// <summary>A classifier with the given initial parameters.</summary>
    /// <param name="layout">The network.</param>
    /// <param name="initial">[P].</param>
    /// <param name="points">Labelled points, rows (x, 1, sign of the label), [N, D + 2].</param>
    /// <param name="batchSize">The most points in a batch.</param>
    public CpuClassifier(ClassifierLayout layout, ReadOnlySpan<float> initial, float[] points, int batchSize)
    {
        _layout = layout;
        _points = points;
        _width = RoundUp(batchSize, 2 * SmallProducts.Lanes);
        _padded = RoundUp(layout.Count, SmallProducts.Lanes);
        var length = (5 * _padded) + ((layout.Dimension + 4 + (4 * layout.Hidden)) * _width);
        _memory = (float*)NativeMemory.AlignedAlloc((nuint)length * sizeof(float), Alignment);
        new Span<float>(_memory, length).Clear();
        var next = _memory;
        _parameters = Take(_padded);
        _decay = Take(_padded);
        _mean = Take(_padded);
        _square = Take(_padded);
        _gradient = Take(_padded);
        _x = Take((layout.Dimension + 1) * _width);
        _sign = Take(_width);
        _h1 = Take(layout.Hidden * _width);
        _h2 = Take(layout.Hidden * _width);
        _logit = Take(_width);
        _d1 = Take(layout.Hidden * _width);
        _d2 = Take(layout.Hidden * _width);
        _d3 = Take(_width);
        initial.CopyTo(new Span<float>(_parameters, layout.Count));
        layout.Decay().CopyTo(new Span<float>(_decay, layout.Count));

        float* Take(int count)
        {
            var start = next;
            next += count;
            return start;
        }
    }

    /// <summary>The parameters, [P].</summary>
    public ReadOnlySpan<float> Parameters => new(_parameters, _layout.Count);

    /// <summary>The gradient of B times the loss at the last batch, [P].</summary>
    public ReadOnlySpan<float> Gradient => new(_gradient, _layout.Count);

    /// <summary>A training step for each batch of the given points.</summary>
    /// <param name="rows">Training points: rows of the labelled points.</param>
    /// <param name="order">The order in which they are taken.</param>
    /// <param name="batchSize">How many at a time.</param>
    /// <returns>The mean loss over the epoch.</returns>
    public double Epoch(long[] rows, long[] order, int batchSize)
    {
        var loss = 0.0;
        Span<long> batch = stackalloc long[batchSize];
        for (var start = 0; start < order.Length; start += batchSize)
        {
            var size = Math.Min(batchSize, order.Length - start);
            for (var i = 0; i < size; i++)
            {
                batch[i] = rows[order[start + i]];
            }

            loss += LossAndGradient(batch[..size]);
            ClassifierAdam.Step(++_steps, size).Apply(_parameters, _mean, _square, _gradient, _padded);
        }

        return loss / order.Length;
    }

    /// <summary>B times the loss on a batch of points; its gradient is in <see cref="Gradient"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double LossAndGradient(ReadOnlySpan<long> batch)
    {
        var (hidden, width) = (_layout.Hidden, _width);
        Forward(batch);
        var evidence = Vector<float>.Zero;
        var sum3 = Vector<float>.Zero;
        for (var b = 0; b < width; b += SmallProducts.Lanes)
        {
            // With u = ±logit: -log P(label) = softplus(-u), whose derivative by the logit is ±(sigmoid(u) - 1).
            var sign = Vector.Load(_sign + b);
            var u = Vector.Load(_logit + b) * sign;
            var e = Vector.Exp(-Vector.Abs(u));
            evidence += (Vector.Max(-u, Vector<float>.Zero) + Vector.Log(Vector<float>.One + e)) * Vector.Abs(sign);
            var smaller = e / (Vector<float>.One + e);
            var d3 = Vector.ConditionalSelect(Vector.GreaterThan(u, Vector<float>.Zero), -smaller, smaller - Vector<float>.One) * sign;
            d3.Store(_d3 + b);
            sum3 += d3;
        }

        _gradient[_layout.B3] = Vector.Sum(sum3);
        for (var j = 0; j < hidden; j++)
        {
            var w3 = new Vector<float>(_parameters[_layout.W3 + j]);
            var (sumW3, sumB2) = (Vector<float>.Zero, Vector<float>.Zero);
            var h2 = _h2 + (j * width);
            var d2 = _d2 + (j * width);
            for (var b = 0; b < width; b += SmallProducts.Lanes)
            {
                var h = Vector.Load(h2 + b);
                var d3 = Vector.Load(_d3 + b);
                sumW3 = Vector.MultiplyAddEstimate(d3, h, sumW3);
                var d = Vector.ConditionalSelect(Vector.GreaterThan(h, Vector<float>.Zero), w3 * d3, Vector<float>.Zero);
                d.Store(d2 + b);
                sumB2 += d;
            }

            _gradient[_layout.W3 + j] = Vector.Sum(sumW3);
            _gradient[_layout.B2 + j] = Vector.Sum(sumB2);
        }

        SmallProducts.MultiplyTransposed(_d2, hidden, _h1, hidden, _gradient + _layout.W2, width);
        SmallProducts.Multiply(_parameters + _layout.W2, 1, hidden, _d2, hidden, null, _d1, hidden, width);
        for (var i = 0; i < hidden * width; i += SmallProducts.Lanes)
        {
            Vector.ConditionalSelect(Vector.GreaterThan(Vector.Load(_h1 + i), Vector<float>.Zero), Vector.Load(_d1 + i), Vector<float>.Zero).Store(_d1 + i);
        }

        SmallProducts.MultiplyTransposed(_x, _layout.Dimension + 1, _d1, hidden, _gradient, width);
        return Vector.Sum(evidence) + Penalty();
    }

    /// <summary>The number of points whose more likely label is their own.</summary>
    public int CountRight(ReadOnlySpan<long> rows)
    {
        var right = 0;
        for (var start = 0; start < rows.Length; start += _width)
        {
            var size = Math.Min(_width, rows.Length - start);
            Forward(rows.Slice(start, size));
            for (var b = 0; b < size; b++)
            {
                right += _logit[b] > 0 == _sign[b] > 0 ? 1 : 0;
            }
        }

        return right;
    }

    /// <inheritdoc/>
    public void Dispose() => NativeMemory.AlignedFree(_memory);

    private static int RoundUp(int count, int step) => (count + step - 1) / step * step;

    /// <summary>The logits of the given points, and all that lies before. What remains of the width keeps older points.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Forward(ReadOnlySpan<long> rows)
    {
        var (inputs, hidden, width) = (_layout.Dimension + 1, _layout.Hidden, _width);
        fixed (float* points = _points)
        {
            for (var b = 0; b < rows.Length; b++)
            {
                var point = points + (rows[b] * (inputs + 1));
                for (var k = 0; k < inputs; k++)
                {
                    _x[(k * width) + b] = point[k];
                }

                _sign[b] = point[inputs];
            }
        }

        new Span<float>(_sign + rows.Length, width - rows.Length).Clear();

        SmallProducts.Multiply(_parameters, 1, hidden, _x, inputs, null, _h1, hidden, width);
        Rectify(_h1, hidden * width);
        SmallProducts.Multiply(_parameters + _layout.W2, hidden, 1, _h1, hidden, _parameters + _layout.B2, _h2, hidden, width);
        Rectify(_h2, hidden * width);
        for (var b = 0; b < width; b += SmallProducts.Lanes)
        {
            var logit = new Vector<float>(_parameters[_layout.B3]);
            for (var j = 0; j < hidden; j++)
            {
                logit = Vector.MultiplyAddEstimate(new Vector<float>(_parameters[_layout.W3 + j]), Vector.Load(_h2 + (j * width) + b), logit);
            }

            logit.Store(_logit + b);
        }
    }

    private static void Rectify(float* values, int count)
    {
        for (var i = 0; i < count; i += SmallProducts.Lanes)
        {
            Vector.Max(Vector.Load(values + i), Vector<float>.Zero).Store(values + i);
        }
    }

    /// <summary>α/2·‖weights‖², whose gradient is added.</summary>
    private double Penalty()
    {
        var sum = Vector<float>.Zero;
        for (var i = 0; i < _padded; i += SmallProducts.Lanes)
        {
            var parameters = Vector.Load(_parameters + i);
            var decayed = Vector.Load(_decay + i) * parameters;
            (Vector.Load(_gradient + i) + decayed).Store(_gradient + i);
            sum = Vector.MultiplyAddEstimate(decayed, parameters, sum);
        }

        return 0.5 * Vector.Sum(sum);
    }
}
