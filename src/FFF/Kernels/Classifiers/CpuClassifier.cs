using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FFF.Kernels.Vectors;

namespace FFF.Kernels.Classifiers;

/// <summary>
/// One row of the batched model on a CPU: a classifier whose parameters, moments and activations stay in the cache of a
/// core for a whole epoch (see <see cref="ClassifierLayout"/> for the network and its loss).
/// </summary>
/// <remarks>Activations are [units, points], the points of a batch padded with others of sign, and so weight, 0.</remarks>
internal sealed unsafe class CpuClassifier<V> : ICpuClassifier
    where V : unmanaged, ILanes<V>
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
        _width = RoundUp(batchSize, V.Count);
        _padded = RoundUp(layout.Count, V.Count);
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

    /// <inheritdoc/>
    public ReadOnlySpan<float> Parameters => new(_parameters, _layout.Count);

    /// <inheritdoc/>
    public ReadOnlySpan<float> Gradient => new(_gradient, _layout.Count);

    /// <inheritdoc/>
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
            AdamKernel<V>.Apply(ClassifierAdam.Step(++_steps, size), _parameters, _mean, _square, _gradient, _padded);
        }

        return loss / order.Length;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public double LossAndGradient(ReadOnlySpan<long> batch)
    {
        var (hidden, width) = (_layout.Hidden, _width);
        Forward(batch);
        var evidence = default(V);
        var sum3 = default(V);
        for (var b = 0; b < width; b += V.Count)
        {
            // With u = ±logit: -log P(label) = softplus(-u), whose derivative by the logit is ±(sigmoid(u) - 1).
            var sign = V.Load(_sign + b);
            var u = V.Load(_logit + b) * sign;
            var e = V.Exp(-V.Abs(u));
            evidence += (V.Max(default(V), -u) + V.Log(V.Of(1) + e)) * V.Abs(sign);
            var smaller = e / (V.Of(1) + e);
            var d3 = V.WherePositive(u, -smaller, smaller - V.Of(1)) * sign;
            d3.Store(_d3 + b);
            sum3 += d3;
        }

        _gradient[_layout.B3] = V.Sum(sum3);
        for (var j = 0; j < hidden; j++)
        {
            var w3 = V.Of(_parameters[_layout.W3 + j]);
            var (sumW3, sumB2) = (default(V), default(V));
            var h2 = _h2 + (j * width);
            var d2 = _d2 + (j * width);
            for (var b = 0; b < width; b += V.Count)
            {
                var h = V.Load(h2 + b);
                var d3 = V.Load(_d3 + b);
                sumW3 = V.MultiplyAdd(d3, h, sumW3);
                var d = V.WherePositive(h, w3 * d3, default(V));
                d.Store(d2 + b);
                sumB2 += d;
            }

            _gradient[_layout.W3 + j] = V.Sum(sumW3);
            _gradient[_layout.B2 + j] = V.Sum(sumB2);
        }

        TransposedProduct<V>.Multiply(_d2, hidden, _h1, hidden, _gradient + _layout.W2, width);
        PanelProduct<V>.Multiply(_parameters + _layout.W2, 1, hidden, _d2, width, _d1, width, hidden, width, hidden, accumulate: false);
        for (var i = 0; i < hidden * width; i += V.Count)
        {
            V.WherePositive(V.Load(_h1 + i), V.Load(_d1 + i), default(V)).Store(_d1 + i);
        }

        TransposedProduct<V>.Multiply(_x, _layout.Dimension + 1, _d1, hidden, _gradient, width);
        return V.Sum(evidence) + Penalty();
    }

    /// <inheritdoc/>
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
    public double Loss(ReadOnlySpan<long> rows)
    {
        var sum = 0.0;
        for (var start = 0; start < rows.Length; start += _width)
        {
            var size = Math.Min(_width, rows.Length - start);
            Forward(rows.Slice(start, size));
            for (var b = 0; b < size; b++)
            {
                // −log P(label) = softplus(−u), with u = ±logit.
                var u = (double)_logit[b] * _sign[b];
                sum += Math.Max(-u, 0) + double.LogP1(Math.Exp(-Math.Abs(u)));
            }
        }

        return sum / rows.Length;
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

        PanelProduct<V>.Multiply(_parameters, 1, hidden, _x, width, _h1, width, hidden, width, inputs, accumulate: false);
        Rectify(_h1, hidden * width);
        for (var j = 0; j < hidden; j++)
        {
            new Span<float>(_h2 + (j * width), width).Fill(_parameters[_layout.B2 + j]);
        }

        PanelProduct<V>.Multiply(_parameters + _layout.W2, hidden, 1, _h1, width, _h2, width, hidden, width, hidden, accumulate: true);
        Rectify(_h2, hidden * width);
        for (var b = 0; b < width; b += V.Count)
        {
            var logit = V.Of(_parameters[_layout.B3]);
            for (var j = 0; j < hidden; j++)
            {
                logit = V.MultiplyAdd(V.Of(_parameters[_layout.W3 + j]), V.Load(_h2 + (j * width) + b), logit);
            }

            logit.Store(_logit + b);
        }
    }

    private static void Rectify(float* values, int count)
    {
        for (var i = 0; i < count; i += V.Count)
        {
            V.Max(default(V), V.Load(values + i)).Store(values + i);
        }
    }

    /// <summary>α/2·‖weights‖², whose gradient is added.</summary>
    private double Penalty()
    {
        var sum = default(V);
        for (var i = 0; i < _padded; i += V.Count)
        {
            var parameters = V.Load(_parameters + i);
            var decayed = V.Load(_decay + i) * parameters;
            (V.Load(_gradient + i) + decayed).Store(_gradient + i);
            sum = V.MultiplyAdd(decayed, parameters, sum);
        }

        return 0.5 * V.Sum(sum);
    }
}
