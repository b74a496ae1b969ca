using FFF.Autodiff;
using FFF.Flows;
using FFF.Randomness;
using static TorchSharp.torch;

namespace FFF.Evaluation.Theory;

/// <summary>
/// Where on the data the encoder is not one-to-one. A row x counts where another point x* was found with the same code: f(x*) = f(x) to 1e-4
/// by Newton's method, at least 0.1 from x (in the units that the flow is trained in, standard deviations where data are standardised) and ten times as far as
/// Newton's last step; and where x* is among the data: no farther from the nearest row than 99 % of the rows are from theirs, and with a
/// density by the encoder that only 1 % of the rows are below.
/// </summary>
/// <remarks>
/// Newton's method starts from g(f(x)), from the three rows whose codes are nearest, and from four rows at random: what is found is there, but
/// not all that is there need be found. A gap in the data, over which an encoder that is one-to-one brings codes together, has no second
/// point of the same code.
/// </remarks>
/// <param name="Rows">How many rows were looked at.</param>
/// <param name="Folded">How many of them share their code.</param>
/// <param name="Nats">
/// The mean over rows of the logarithm of how many points have the row's code, itself included: as far as all were found, no less than H(x | f(x)).
/// </param>
/// <param name="Examples">Some of them.</param>
internal sealed record SecondPreimages(long Rows, long Folded, double Nats, IReadOnlyList<SharedCode> Examples)
{
    /// <summary>So many rows are needed to tell what is among the data.</summary>
    public const int FewestRows = 20;

    private const double Tolerance = 1e-4;
    private const double Apart = 0.1;
    private const double StepsApart = 10;
    private const double Reach = 0.99;
    private const double LeastDensity = 0.01;
    private const int NearestCodes = 3;
    private const int AtRandom = 4;
    private const int Iterations = 30;
    private const double ShortestStep = 1e-3;
    private const int MostExamples = 5;

    /// <summary>The share of rows that share their code.</summary>
    public double Share => (double)Folded / Rows;

    /// <summary>Of that share.</summary>
    public double StandardError => Math.Sqrt(Share * (1 - Share) / Rows);

    /// <summary>Looks for second points of the codes of the first rows.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="x">All rows, [B, D], at least <see cref="FewestRows"/>.</param>
    /// <param name="condition">[B, C] or null.</param>
    /// <param name="count">So many rows are looked at.</param>
    /// <param name="random">Draws rows to start from.</param>
    /// <param name="progress">Is told the share that is done; or null.</param>
    /// <param name="stop">Asks to stop.</param>
    public static SecondPreimages Of(FreeFormFlow flow, Tensor x, Tensor? condition, long count, RandomStream random, Action<double>? progress = null,
        CancellationToken stop = default)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        count = Math.Min(count, x.shape[0]);
        var (own, ownCondition) = (x.narrow(0, 0, count), condition?.narrow(0, 0, count));
        var starts = Starts(flow, x, condition, count, random);
        var each = starts.shape[1];
        var (at, of) = (own.repeat_interleave(each, 0), ownCondition?.repeat_interleave(each, 0));
        var (y, step) = SameCode(flow, starts.flatten(0, 1), flow.Encode(at, of), of, progress, stop);

        var distances = cdist(x, x, 2);
        distances.diagonal().fill_(double.PositiveInfinity);
        var nearest = distances.amin(1);
        var away = (y - at).square().sum(-1).sqrt();
        var isThere = (away > Apart) & (away > StepsApart * step) & (cdist(y, x, 2).amin(1) <= Quantile(nearest, Reach));
        var places = isThere.nonzero().flatten();
        if (places.shape[0] > 0)
        {
            var least = Quantile(Likelihood.Of(flow, x, condition).Encoder, LeastDensity);
            places = places[Likelihood.Of(flow, y[places], of?.index_select(0, places)).Encoder >= least];
        }

        return places.shape[0] == 0 ? new(count, 0, 0, []) : Counted(count, [.. places.cpu().data<long>().Select(place => place / each)], Numbers(y[places]));
    }

    /// <summary>Points that are close to each other are one.</summary>
    /// <param name="count">How many rows were looked at.</param>
    /// <param name="rows">The row that each point was found for.</param>
    /// <param name="points">The points.</param>
    private static SecondPreimages Counted(long count, long[] rows, double[][] points)
    {
        var found = rows.Zip(points).ToLookup(pair => pair.First, pair => pair.Second);
        var (examples, nats) = (new List<SharedCode>(), 0.0);
        foreach (var row in found)
        {
            var distinct = new List<double[]>();
            foreach (var other in row)
            {
                if (distinct.All(known => known.Zip(other, (a, b) => (a - b) * (a - b)).Sum() > Apart * Apart))
                {
                    distinct.Add(other);
                }
            }

            nats += Math.Log(1 + distinct.Count);
            if (examples.Count < MostExamples)
            {
                examples.Add(new(row.Key, distinct[0]));
            }
        }

        return new(count, found.Count, nats / count, examples);
    }

    /// <summary>Points to start from for each row, [B, starts, D].</summary>
    private static Tensor Starts(FreeFormFlow flow, Tensor x, Tensor? condition, long count, RandomStream random)
    {
        var (own, ownCondition) = (x.narrow(0, 0, count), condition?.narrow(0, 0, count));
        var z = flow.Encode(x, condition);
        var codes = z.narrow(0, 0, count);
        var ofCodes = cdist(codes, z, 2).masked_fill(cdist(own, x, 2) <= Apart, double.PositiveInfinity);
        var (_, nearest) = ofCodes.topk(NearestCodes, 1, largest: false);
        var index = cat([nearest, random.Integers(0, x.shape[0], [count, AtRandom]).to(x.device)], 1);
        var rows = x.index_select(0, index.flatten()).view(count, NearestCodes + AtRandom, -1);
        var starts = cat([flow.Decode(codes, ownCondition).unsqueeze(1), rows], 1);
        var basis = flow.Latent.Basis(x.shape[^1], x.dtype, x.device);
        return basis is null ? starts : nn.functional.linear(nn.functional.linear(starts, basis.t()), basis);
    }

    /// <summary>Points y with f(y) = z by Newton's method, [R, D], and the length of the step that is left, [R]; infinite where none was reached.</summary>
    private static (Tensor Y, Tensor Step) SameCode(
        FreeFormFlow flow, Tensor y, Tensor z, Tensor? condition, Action<double>? progress, CancellationToken stop)
    {
        var basis = flow.Latent.Basis(y.shape[^1], y.dtype, y.device);
        Tensor Coordinates(Tensor vectors) => (basis is null ? vectors : vectors.mm(basis)).to(float64);
        var target = Coordinates(z);
        (Tensor Left, Tensor Jacobian) At(Tensor points, Tensor goal, Tensor? c)
        {
            var parts = Likelihood.InChunks(flow, points, c, flow.Encoder.NumbersOfRow(points.shape[^1]), (rows, of, u, tangents) =>
            {
                var (value, jacobian) = Jacobians.Of(h => flow.Encoder.Forward(h, of), rows, tangents, u);
                return [Coordinates(value), Likelihood.Square(jacobian, u)];
            });
            return (goal - parts[0], parts[1]);
        }

        y = y.clone();
        var (rest, jacobian) = At(y, target, condition);
        var length = ones(y.shape[0], 1, dtype: float64, device: y.device);
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            stop.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var active = ((Norm(rest) > Tolerance) & (length.squeeze(1) >= ShortestStep)).nonzero().flatten();
            if (active.shape[0] == 0)
            {
                break;
            }

            Tensor Of(Tensor all) => all.index_select(0, active);
            var step = Step(Of(jacobian), Of(rest));

            // No step is longer than the data are wide: the derivatives would tell nothing of where it leads.
            step *= (Math.Sqrt(step.shape[1]) / Norm(step)).clamp(max: 1).unsqueeze(1) * Of(length);
            var trial = Of(y) + (basis is null ? step.to(y.dtype) : step.to(y.dtype).mm(basis.t()));
            var (trialRest, trialJacobian) = At(trial, Of(target), condition is null ? null : Of(condition));
            var better = (Norm(trialRest) < Norm(Of(rest))).unsqueeze(1);
            y.index_copy_(0, active, trial.where(better, Of(y)));
            rest.index_copy_(0, active, trialRest.where(better, Of(rest)));
            jacobian.index_copy_(0, active, trialJacobian.where(better.unsqueeze(2), Of(jacobian)));
            length.index_copy_(0, active, (2 * Of(length)).clamp(max: 1).where(better, Of(length) / 4));
            progress?.Invoke((iteration + 1.0) / Iterations);
        }

        var left = Norm(Step(jacobian, rest));
        return (y, left.where(Norm(rest) <= Tolerance, full_like(left, double.PositiveInfinity)));
    }

    /// <summary>J⁻¹ r, by normal equations that have a solution even where J has no inverse.</summary>
    private static Tensor Step(Tensor jacobian, Tensor rest)
    {
        using var scope = NewDisposeScope();
        jacobian = jacobian.nan_to_num(0, 0, 0);
        var (transposed, size) = (jacobian.transpose(1, 2), jacobian.shape[^1]);
        var normal = bmm(transposed, jacobian);
        var ridge = (1e-10 * normal.diagonal(0, 1, 2).mean([1]) + 1e-12).reshape(-1, 1, 1) * eye(size, dtype: float64, device: jacobian.device);
        return linalg.solve(normal + ridge, bmm(transposed, rest.nan_to_num(0, 0, 0).unsqueeze(2))).squeeze(2).MoveToOuterDisposeScope();
    }

    private static Tensor Norm(Tensor vectors) => vectors.square().sum(-1).sqrt();

    private static Tensor Quantile(Tensor values, double share) => values.to(float64).quantile(tensor(share, float64).to(values.device));

    private static double[][] Numbers(Tensor y) =>
        [.. y.to(float64).cpu().contiguous().data<double>().ToArray().Chunk((int)y.shape[1])];
}

/// <summary>A row that shares its code with another point.</summary>
/// <param name="Row">The row's number.</param>
/// <param name="Other">The other point, in the units that the flow is trained in.</param>
internal sealed record SharedCode(long Row, double[] Other);
