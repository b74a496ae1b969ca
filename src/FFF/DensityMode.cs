using static TorchSharp.torch;

namespace FFF;

/// <summary>Where a density is highest, as far as a search from several samples found.</summary>
/// <param name="X">The point, [D], float64, in the data's own units; the caller's.</param>
/// <param name="LogProb">Its log-density there.</param>
/// <param name="Starts">From how many samples the search began.</param>
/// <param name="Agreeing">How many of them came within 0.1 nats of it: few of many say that there are several modes, or that the search did not end.</param>
public sealed record DensityMode(Tensor X, double LogProb, int Starts, int Agreeing);

/// <summary>
/// Gradient ascent of the log-density in the data's own units. It moves behind the model's transform, where every point is one that the data could have:
/// nothing leaves a box. Gradients are central differences of the exact log-density, as flows need no second derivatives.
/// </summary>
internal static class ModeSearch
{
    private const int Draws = 1_000;
    private const int MaxSteps = 200;
    private const double Difference = 0.01;
    private const double FirstStep = 0.1;
    private const double SmallestStep = 1e-4;
    private const double Agreement = 0.1;

    /// <summary>Searches.</summary>
    /// <param name="model">The model.</param>
    /// <param name="condition">[C]; null where C = 0.</param>
    /// <param name="seed">Of the samples.</param>
    /// <param name="starts">From how many samples, the best of a thousand.</param>
    /// <param name="inSupport">Which points, [B, D], may be taken, [B]; null where all may.</param>
    public static DensityMode Run(DensityModel model, Tensor? condition, long seed, int starts, Func<Tensor, Tensor?>? inSupport)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        Tensor Value(Tensor y)
        {
            var (x, logProb) = model.BehindTransform(y, condition);
            var value = logProb.nan_to_num(double.NegativeInfinity, double.NegativeInfinity, double.NegativeInfinity);
            return inSupport?.Invoke(x) is { } inside ? value.masked_fill(inside.logical_not(), double.NegativeInfinity) : value;
        }

        var drawn = model.Transform.Forward(model.Sample(Draws, condition, seed).to(float64)).Y;
        drawn = drawn.index_select(0, drawn.isfinite().all(1).nonzero().flatten());
        var y = drawn.index_select(0, Value(drawn).topk(Math.Min(starts, (int)drawn.shape[0])).indexes);
        var value = Value(y);
        var step = full(y.shape[0], FirstStep, float64);
        for (var round = 0; round < MaxSteps && (step > SmallestStep).any().item<bool>(); round++)
        {
            using var inner = NewDisposeScope();
            var gradient = Gradient(Value, y);
            var length = gradient.square().sum(1, keepdim: true).sqrt().clamp_min(1e-12);
            var next = y + (step.unsqueeze(1) * gradient / length);
            var reached = Value(next);
            var better = reached > value;
            (y, value) = (next.where(better.unsqueeze(1), y).MoveToOuterDisposeScope(), reached.where(better, value).MoveToOuterDisposeScope());
            step = (step * where(better, tensor(1.3), tensor(0.5))).clamp_max(1).MoveToOuterDisposeScope();
        }

        var best = value.argmax().item<long>();
        var top = value[best].item<double>();
        var x = model.Transform.Inverse(y.narrow(0, best, 1)).X[0];
        return new(x.MoveToOuterDisposeScope(), top, (int)y.shape[0], (int)(value > top - Agreement).sum().item<long>());
    }

    /// <summary>Central differences, [B, D]; 0 where a neighbour has no density.</summary>
    private static Tensor Gradient(Func<Tensor, Tensor> value, Tensor y)
    {
        var (rows, columns) = (y.shape[0], y.shape[1]);
        var moves = Difference * eye(columns, dtype: float64);
        var neighbours = cat([y.unsqueeze(1) + moves, y.unsqueeze(1) - moves], 1).reshape(-1, columns);
        var values = value(neighbours).reshape(rows, 2, columns);
        return ((values.select(1, 0) - values.select(1, 1)) / (2 * Difference)).nan_to_num(0, 0, 0);
    }
}
