using static TorchSharp.torch;

namespace FFF.Numerics;

/// <summary>The coefficients of Dormand and Prince's pair of Runge–Kutta formulae of orders 5 and 4, as tensors.</summary>
/// <remarks>J. R. Dormand and P. J. Prince, "A family of embedded Runge-Kutta formulae", Journal of Computational and Applied Mathematics 6, 1980.</remarks>
internal sealed class DormandPrinceTableau
{
    /// <summary>How many slopes a step combines; the last is the next step's first.</summary>
    public const int Stages = 7;

    /// <summary>c_i, the time of each stage as a share of the step.</summary>
    public static readonly double[] Nodes = [0, 1 / 5.0, 3 / 10.0, 4 / 5.0, 8 / 9.0, 1, 1];

    /// <summary>a_ij of each stage but the first; those of the last are the step of fifth order.</summary>
    public static readonly double[][] Weights =
    [
        [1 / 5.0],
        [3 / 40.0, 9 / 40.0],
        [44 / 45.0, -56 / 15.0, 32 / 9.0],
        [19372 / 6561.0, -25360 / 2187.0, 64448 / 6561.0, -212 / 729.0],
        [9017 / 3168.0, -355 / 33.0, 46732 / 5247.0, 49 / 176.0, -5103 / 18656.0],
        [35 / 384.0, 0, 500 / 1113.0, 125 / 192.0, -2187 / 6784.0, 11 / 84.0],
    ];

    private static readonly double[] Differences =
        [71 / 57600.0, 0, -71 / 16695.0, 71 / 1920.0, -17253 / 339200.0, 22 / 525.0, -1 / 40.0];

    private readonly Tensor[] _nodes;
    private readonly Tensor[] _weights;
    private readonly Tensor _differences;

    /// <summary>The coefficients in the type and on the device of these numbers.</summary>
    public DormandPrinceTableau(Tensor like)
    {
        _nodes = [.. Nodes.Select(node => tensor(node, like.dtype, like.device))];
        _weights = [.. Weights.Select(row => tensor(row, like.dtype, like.device).unsqueeze(0))];
        _differences = tensor(Differences, like.dtype, like.device).unsqueeze(0);
    }

    /// <summary>c_i, the time of stage i = 0..6 as a share of the step, [].</summary>
    public Tensor Node(int stage) => _nodes[stage];

    /// <summary>Σ_j a_ij k_j for stage i = 1..6, [A, S]; that of the last is the step of fifth order.</summary>
    /// <param name="stage">i.</param>
    /// <param name="slopes">k, [7, A, S].</param>
    public Tensor Combine(int stage, Tensor slopes) => Sum(_weights[stage - 1], slopes.narrow(0, 0, stage));

    /// <summary>Σ_i (b_i − b̂_i) k_i, [A, S]: the steps of orders 5 and 4 apart.</summary>
    /// <param name="slopes">k, [7, A, S].</param>
    public Tensor Difference(Tensor slopes) => Sum(_differences, slopes);

    private static Tensor Sum(Tensor weights, Tensor slopes) =>
        mm(weights, slopes.view(slopes.shape[0], -1)).view(slopes.shape[1], slopes.shape[2]);
}
