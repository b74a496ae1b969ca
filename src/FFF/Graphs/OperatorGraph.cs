using System.Runtime.InteropServices;
using System.Security.Cryptography;
using static TorchSharp.torch;

namespace FFF.Graphs;

/// <summary>
/// A computation as a graph of operators, which runs without libtorch: the operators are those of ONNX, of opset <see cref="Opset"/>, in the order in
/// which they are computed. What is written into it is copied.
/// </summary>
internal sealed class OperatorGraph
{
    /// <summary>The version of ONNX's operators that are used.</summary>
    public const int Opset = 17;

    private readonly List<GraphNode> _nodes = [];
    private readonly List<GraphConstant> _constants = [];
    private readonly List<GraphPort> _inputs = [];
    private readonly List<GraphPort> _outputs = [];
    private readonly Dictionary<string, GraphValue> _shared = [];

    /// <summary>The operators.</summary>
    public IReadOnlyList<GraphNode> Nodes => _nodes;

    /// <summary>The numbers that are written into it.</summary>
    public IReadOnlyList<GraphConstant> Constants => _constants;

    /// <summary>What it is given.</summary>
    public IReadOnlyList<GraphPort> Inputs => _inputs;

    /// <summary>What it gives.</summary>
    public IReadOnlyList<GraphPort> Outputs => _outputs;

    /// <summary>Rows that it is given, [N, columns], float64.</summary>
    public GraphValue Input(string name, int columns, string text)
    {
        _inputs.Add(new(name, ElementKind.Double, columns, text));
        return new(this, name, ElementKind.Double);
    }

    /// <summary>Lets it give a value, [N, columns] or [N].</summary>
    public void Output(string name, GraphValue value, int? columns, string text)
    {
        _nodes.Add(new("Identity", [value.Name], name, []));
        _outputs.Add(new(name, value.Kind, columns, text));
    }

    /// <summary>Applies an operator.</summary>
    /// <param name="name">Its name in ONNX.</param>
    /// <param name="kind">What the numbers of the result are.</param>
    /// <param name="inputs">What it is given.</param>
    /// <param name="attributes">Its whole-numbered attributes.</param>
    public GraphValue Apply(string name, ElementKind kind, ReadOnlySpan<GraphValue> inputs, params (string Name, long Value)[] attributes)
    {
        var names = new string[inputs.Length];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = inputs[i].Name;
        }

        var output = $"{name.ToLowerInvariant()}_{_nodes.Count}";
        _nodes.Add(new(name, names, output, attributes));
        return new(this, output, kind);
    }

    /// <summary>A single number, [].</summary>
    public GraphValue Scalar(double number, ElementKind kind) => Constant([number], [], kind);

    /// <summary>Whole numbers, [n].</summary>
    public GraphValue Integers(params ReadOnlySpan<long> numbers) =>
        Shared(ElementKind.Integer, [numbers.Length], MemoryMarshal.AsBytes(numbers).ToArray());

    /// <summary>Numbers in a shape.</summary>
    public GraphValue Constant(ReadOnlySpan<double> numbers, long[] shape, ElementKind kind)
    {
        if (kind == ElementKind.Double)
        {
            return Shared(kind, shape, MemoryMarshal.AsBytes(numbers).ToArray());
        }

        var single = new float[numbers.Length];
        for (var i = 0; i < single.Length; i++)
        {
            single[i] = (float)numbers[i];
        }

        return Shared(kind, shape, MemoryMarshal.AsBytes(single.AsSpan()).ToArray());
    }

    /// <summary>The numbers of a tensor, which may be anywhere.</summary>
    public GraphValue Constant(Tensor values, ElementKind kind)
    {
        using var scope = NewDisposeScope();
        return Constant(values.detach().cpu().to(float64).contiguous().data<double>().ToArray(), values.shape, kind);
    }

    /// <summary>Weights of a network in float32; transposed where that is asked for, of two dimensions.</summary>
    public GraphValue Parameter(Tensor weights, bool isTransposed = false)
    {
        using var scope = NewDisposeScope();
        return Constant(isTransposed ? weights.detach().t() : weights.detach(), ElementKind.Single);
    }

    /// <summary>The same numbers are written once, however often they are used.</summary>
    private GraphValue Shared(ElementKind kind, long[] shape, byte[] bytes)
    {
        var key = $"{kind}/{string.Join(',', shape)}/{Convert.ToHexString(SHA256.HashData(bytes))}";
        if (!_shared.TryGetValue(key, out var value))
        {
            value = new GraphValue(this, $"constant_{_constants.Count}", kind);
            _constants.Add(new(value.Name, kind, shape, bytes));
            _shared.Add(key, value);
        }

        return value;
    }
}
