using System.Runtime.InteropServices;
using FFF.Autodiff;
using static TorchSharp.torch;

namespace FFF.Networks.TorchScript;

/// <summary>Tries a module on a few rows, to tell at once what would fail or be wrong in training.</summary>
internal sealed class ScriptProbe
{
    private const int Rows = 5;

    /// <summary>Of float32, which sums in another order for other numbers of rows.</summary>
    private const double Tolerance = 1e-4;

    private const string WithoutDerivatives =
        "expected a module that can be differentiated, found one whose result has no derivatives; leave out torch.no_grad() and detach()";

    private readonly jit.ScriptModule _module;
    private readonly int _inputs;
    private readonly int _conditions;
    private readonly string _expected;
    private readonly Func<Tensor, Tensor?, string?> _derivatives;
    private readonly bool _keepsDimension;

    private ScriptProbe(
        jit.ScriptModule module, int inputs, int conditions, bool keepsDimension, string expected, Func<Tensor, Tensor?, string?> derivatives) =>
        (_module, _inputs, _conditions, _keepsDimension, _expected, _derivatives) = (module, inputs, conditions, keepsDimension, expected, derivatives);

    /// <summary>E, of an embedding that was tried.</summary>
    public int Outputs { get; private set; }

    /// <summary>Of a module from R^D to R^D.</summary>
    /// <param name="module">The module, with parameters in float32 on the CPU.</param>
    /// <param name="network">The same as a network.</param>
    /// <param name="dimension">D.</param>
    /// <param name="conditions">C.</param>
    public static ScriptProbe OfNetwork(jit.ScriptModule module, ModuleNetwork network, int dimension, int conditions) => new(
        module, dimension, conditions, keepsDimension: true,
        conditions == 0
            ? $"expected forward(x) to take x [B, {dimension}] and give [B, {dimension}]"
            : $"expected forward(x, c) to take x [B, {dimension}] and c [B, {conditions}] and give [B, {dimension}]",
        (x, condition) => OfInputs(module, network, x, condition));

    /// <summary>Of a module from R^C to R^E.</summary>
    /// <param name="module">The module, with parameters in float32 on the CPU.</param>
    /// <param name="conditions">C.</param>
    public static ScriptProbe OfEmbedding(jit.ScriptModule module, int conditions) => new(
        module, conditions, 0, keepsDimension: false, $"expected forward(c) to take c [B, {conditions}] and give [B, E]", (x, _) => OfParameters(module, x));

    /// <summary>What is wrong with it, as words that follow the file's name; null where nothing is. The module is in evaluation mode then.</summary>
    public string? Problem()
    {
        using var scope = NewDisposeScope();
        var x = linspace(-1, 1, Rows * _inputs, ScalarType.Float32).view(Rows, _inputs);
        var condition = _conditions == 0 ? null : linspace(1, -1, Rows * _conditions, ScalarType.Float32).view(Rows, _conditions);
        try
        {
            _module.eval();
            return Shape(x, condition) ?? Mode(x, condition) ?? Independence(x, condition) ?? _derivatives(x, condition);
        }
        catch (Exception e) when (e is ExternalException or InvalidOperationException)
        {
            return $"{_expected}, with B = {Rows}; calling it failed: {ScriptCall.Reason(e)}";
        }
    }

    private string? Shape(Tensor x, Tensor? condition)
    {
        var y = Value(x, condition);
        Outputs = y.dim() == 2 ? (int)y.shape[1] : 0;
        return y.dim() == 2 && y.shape[0] == Rows && (_keepsDimension ? Outputs == _inputs : Outputs > 0) && y.dtype == ScalarType.Float32
            ? null
            : $"{_expected}, with B = {Rows}; found {y.dtype} [{string.Join(", ", y.shape)}]";
    }

    /// <summary>Dropout draws random numbers in training, batch normalisation looks at all rows and changes its buffers.</summary>
    private string? Mode(Tensor x, Tensor? condition)
    {
        var buffers = Buffers();
        var evaluating = Value(x, condition);
        _module.train();
        var training = Value(x, condition);
        _module.eval();
        return Same(evaluating, training) && Same(evaluating, Value(x, condition))
            && Buffers().Zip(buffers).All(pair => pair.First.eq(pair.Second).all().item<bool>())
            ? null
            : "expected a module that gives the same in training and in evaluation, each time, and keeps its buffers, found one that does not. "
                + "A density needs that: "
                + "leave out dropout and random numbers, and take layer normalisation in place of batch normalisation";
    }

    private string? Independence(Tensor x, Tensor? condition)
    {
        var alone = Enumerable.Range(0, Rows).Select(row => Value(x.narrow(0, row, 1), condition?.narrow(0, row, 1))).ToList();
        return Same(Value(x, condition), cat(alone, 0))
            ? null
            : "expected a module that computes each row from that row alone, found one that gives other values for rows one by one than for all at once. "
                + "torch.jit.trace keeps sizes that forward() reads as numbers; take torch.jit.script there";
    }

    /// <summary>J v, which takes derivatives of derivatives.</summary>
    private static string? OfInputs(jit.ScriptModule module, ModuleNetwork network, Tensor x, Tensor? condition)
    {
        if (!ScriptCall.Forward(module, x.clone().requires_grad_(), condition).requires_grad)
        {
            return WithoutDerivatives;
        }

        try
        {
            network.Forward(new Dual(x, ones_like(x).unsqueeze(0)), condition).Tangent!.sum().backward();
            Forget(module);
            return null;
        }
        catch (Exception e) when (e is ExternalException or NullReferenceException)
        {
            return $"expected a module that can be differentiated twice, found one that cannot: {ScriptCall.Reason(e)}";
        }
    }

    /// <summary>The gradient of what is summed up, which is all that training asks of an embedding.</summary>
    private static string? OfParameters(jit.ScriptModule module, Tensor c)
    {
        var summary = ScriptCall.Forward(module, c, null);
        if (!summary.requires_grad)
        {
            return WithoutDerivatives;
        }

        summary.sum().backward();
        Forget(module);
        return null;
    }

    private static void Forget(jit.ScriptModule module)
    {
        foreach (var (_, parameter) in module.named_parameters())
        {
            parameter.grad = null;
        }
    }

    private Tensor Value(Tensor x, Tensor? condition) => ScriptCall.Forward(_module, x, condition);

    private Tensor[] Buffers() => [.. _module.named_buffers().Select(named => named.buffer.clone())];

    private static bool Same(Tensor a, Tensor b) => a.allclose(b, rtol: Tolerance, atol: Tolerance, equal_nan: true);
}
