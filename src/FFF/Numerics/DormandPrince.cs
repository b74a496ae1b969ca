using System.Globalization;
using static TorchSharp.torch;

namespace FFF.Numerics;

/// <summary>
/// Solves dy/dt = f(t, y) for a batch by the embedded Runge–Kutta pair of orders 5 and 4 of Dormand and Prince. Each row
/// has its own time and step, and leaves the batch when it arrives: its solution does not depend on the other rows.
/// </summary>
/// <remarks>
/// With slopes k_i = f(t + c_i h, y + h Σ_j a_ij k_j), i = 1..7, the step is y' = y + h Σ_j a_7j k_j, so that k_7 is the next
/// step's k_1, and its error is taken to be that of fourth order, h Σ_i (b_i − b̂_i) k_i. A step is accepted where the root
/// mean square over the row, r, of error / (absolute + relative · max(|y|, |y'|)) is at most 1. The next one is 0.9 · r^(−1/5)
/// times as long, by a factor from 0.2 to 10 (Hairer, Nørsett and Wanner, "Solving Ordinary Differential Equations I", II.4).
/// </remarks>
internal sealed class DormandPrince
{
    /// <summary>The first step as a share of the whole; one that is too long is rejected.</summary>
    private const double FirstStep = 0.05;

    private const double Safety = 0.9;
    private const double MinFactor = 0.2;
    private const double MaxFactor = 10;

    private readonly Slope _slope;
    private readonly OdeTolerance _tolerance;
    private readonly DormandPrinceTableau _tableau;
    private readonly Tensor _end;
    private readonly double _leastStep;

    private DormandPrince(Slope slope, Tensor initial, double start, double end, OdeTolerance tolerance)
    {
        (_slope, _tolerance, _tableau) = (slope, tolerance, new DormandPrinceTableau(initial));
        _end = tensor(end, initial.dtype, initial.device);

        // Shorter ones are lost in the rounding of the time.
        _leastStep = 16 * finfo(initial.dtype).eps * Math.Max(Math.Abs(start), Math.Abs(end));
    }

    /// <summary>y at the end, from y at the start; no graph is kept.</summary>
    /// <param name="slope">f; called with the rows that have not arrived.</param>
    /// <param name="initial">y at the start, [B, S]; its type and device are the solution's.</param>
    /// <param name="start">The time at the start.</param>
    /// <param name="end">The time at the end, before or after the start.</param>
    /// <param name="tolerance">The accuracy.</param>
    /// <exception cref="IntegrationException">Steps become too short, or too many.</exception>
    public static OdeSolution Solve(Slope slope, Tensor initial, double start, double end, OdeTolerance tolerance)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var solution = initial.clone();
        if (initial.shape[0] == 0)
        {
            return new(solution.MoveToOuterDisposeScope(), 0);
        }

        var solver = new DormandPrince(slope, initial, start, end, tolerance);
        var underWay = solver.Begin(initial, start, FirstStep * (end - start));
        var evaluations = 1;
        for (var steps = 0; underWay.Count > 0; steps++)
        {
            if (steps == tolerance.MaxSteps)
            {
                throw solver.Failure($"{steps} steps were not enough", underWay);
            }

            using var before = underWay;
            underWay = solver.Advance(before, solution);
            evaluations += DormandPrinceTableau.Stages - 1;
        }

        return new(solution.MoveToOuterDisposeScope(), evaluations);
    }

    private RowsUnderWay Begin(Tensor initial, double start, double step)
    {
        var rows = arange(initial.shape[0], device: initial.device);
        var time = full([initial.shape[0], 1], start, dtype: initial.dtype, device: initial.device);
        return new(rows, time, full_like(time, step), initial.clone(), _slope(time, initial, rows));
    }

    /// <summary>One step of every row; those that arrive are written to the solution and left out from then on.</summary>
    private RowsUnderWay Advance(RowsUnderWay at, Tensor solution)
    {
        using var scope = NewDisposeScope();
        var remaining = _end - at.Time;
        var isLast = at.Step.abs() >= remaining.abs();
        var step = where(isLast, remaining, at.Step);

        var slopes = empty([DormandPrinceTableau.Stages, .. at.State.shape], dtype: at.State.dtype, device: at.State.device);
        slopes[0].copy_(at.Slope);
        var state = at.State;
        for (var i = 1; i < DormandPrinceTableau.Stages; i++)
        {
            state = at.State + step * _tableau.Combine(i, slopes);
            slopes[i].copy_(_slope(at.Time + step * _tableau.Node(i), state, at.Rows));
        }

        var error = step * _tableau.Difference(slopes);
        var allowed = maximum(at.State.abs(), state.abs()) * _tolerance.Relative + _tolerance.Absolute;
        var ratio = (error / allowed).square().mean([-1], keepdim: true).sqrt();

        // Slopes that are not numbers are stepped back from like large errors.
        var isAccepted = ratio <= 1;
        var factor = (Safety * ratio.pow(-0.2)).clamp(MinFactor, MaxFactor).nan_to_num(MinFactor);
        var next = new RowsUnderWay(
            at.Rows,
            where(isAccepted, at.Time + step, at.Time),
            step * factor,
            where(isAccepted, state, at.State),
            where(isAccepted, slopes[^1], at.Slope));

        var hasArrived = (isAccepted & isLast).squeeze(1);
        RequireSteps(next, isAccepted);
        solution.index_copy_(0, next.Rows[hasArrived], next.State[hasArrived]);
        return next.Select(hasArrived.logical_not()).MoveToOuterDisposeScope();
    }

    private void RequireSteps(RowsUnderWay next, Tensor isAccepted)
    {
        var isLost = isAccepted.logical_not() & (next.Step.abs() < _leastStep);
        if (isLost.any().item<bool>())
        {
            throw Failure("its steps become too short", next.Select(isLost.squeeze(1)));
        }
    }

    private IntegrationException Failure(string reason, RowsUnderWay at)
    {
        var culture = CultureInfo.InvariantCulture;
        var (time, step) = (at.Time[0].to(float64).item<double>(), at.Step[0].to(float64).item<double>());
        return new(string.Create(culture, $"The differential equation cannot be solved to a relative error of {_tolerance.Relative:g4} per step: {reason}. "
            + $"Row {at.Rows[0].item<long>()} is at time {time:g4} with a step of {step:g4}") +
            (at.Slope[0].isfinite().all().item<bool>() ? ". Allow larger errors." : ", where the slope is not finite."));
    }
}
