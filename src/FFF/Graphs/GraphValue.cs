namespace FFF.Graphs;

/// <summary>A value in a graph of operators: what is done with it becomes nodes of the graph. Axes are counted from the last where they are negative.</summary>
/// <param name="graph">The graph.</param>
/// <param name="name">Its name in it.</param>
/// <param name="kind">What its numbers are.</param>
internal sealed class GraphValue(OperatorGraph graph, string name, ElementKind kind)
{
    /// <summary>The graph that it is a value of.</summary>
    public OperatorGraph Graph => graph;

    /// <summary>Its name in the graph.</summary>
    public string Name => name;

    /// <summary>What its numbers are.</summary>
    public ElementKind Kind => kind;

    public static GraphValue operator +(GraphValue a, GraphValue b) => a.With("Add", b);

    public static GraphValue operator +(GraphValue a, double b) => b == 0 ? a : a + a.Of(b);

    public static GraphValue operator +(double a, GraphValue b) => b.Of(a) + b;

    public static GraphValue operator -(GraphValue a, GraphValue b) => a.With("Sub", b);

    public static GraphValue operator -(GraphValue a, double b) => b == 0 ? a : a - a.Of(b);

    public static GraphValue operator -(double a, GraphValue b) => b.Of(a) - b;

    public static GraphValue operator -(GraphValue a) => a.Apply("Neg");

    public static GraphValue operator *(GraphValue a, GraphValue b) => a.With("Mul", b);

    public static GraphValue operator *(double a, GraphValue b) => a == 1 ? b : b.Of(a) * b;

    public static GraphValue operator /(GraphValue a, GraphValue b) => a.With("Div", b);

    public static GraphValue operator /(GraphValue a, double b) => b == 1 ? a : a / a.Of(b);

    public static GraphValue operator /(double a, GraphValue b) => b.Of(a) / b;

    public GraphValue Exp() => Apply("Exp");

    public GraphValue Log() => Apply("Log");

    public GraphValue Abs() => Apply("Abs");

    public GraphValue Sqrt() => Apply("Sqrt");

    public GraphValue Square() => this * this;

    /// <summary>1 / (1 + e⁻ˣ); runtimes have it in float32 alone.</summary>
    public GraphValue Sigmoid() => kind == ElementKind.Single ? Apply("Sigmoid") : 1 / (1 + (-this).Exp());

    /// <summary>log σ(x) = min(x, 0) − log(1 + e^(−|x|)).</summary>
    public GraphValue LogSigmoid() => With("Min", Of(0)) - (1 + (-Abs()).Exp()).Log();

    /// <summary>log(1 + eˣ) = max(x, 0) + log(1 + e^(−|x|)).</summary>
    public GraphValue Softplus() => With("Max", Of(0)) + (1 + (-Abs()).Exp()).Log();

    /// <summary>An operator of one value that is named as in ONNX.</summary>
    public GraphValue Apply(string operation, params (string Name, long Value)[] attributes) => graph.Apply(operation, kind, [this], attributes);

    public GraphValue MatMul(GraphValue other) => With("MatMul", other);

    /// <summary>The nearest number between two.</summary>
    public GraphValue Clip(double low, double high) => graph.Apply("Clip", kind, [this, Of(low), Of(high)]);

    public GraphValue Sum(int axis, bool keeps = false) => graph.Apply("ReduceSum", kind, [this, graph.Integers(axis)], ("keepdims", keeps ? 1 : 0));

    /// <summary>[x, y] along the last dimension.</summary>
    public GraphValue Append(params ReadOnlySpan<GraphValue> others) => graph.Apply("Concat", kind, [this, .. others], ("axis", -1));

    /// <summary>So many entries of an axis, from one of them on.</summary>
    public GraphValue Slice(int axis, long first, long count) =>
        graph.Apply("Slice", kind, [this, graph.Integers(first), graph.Integers(first + count), graph.Integers(axis)]);

    public GraphValue Unsqueeze(int axis) => graph.Apply("Unsqueeze", kind, [this, graph.Integers(axis)]);

    public GraphValue Squeeze(int axis) => graph.Apply("Squeeze", kind, [this, graph.Integers(axis)]);

    /// <summary>Another shape; 0 stands for the length that there was.</summary>
    public GraphValue Reshape(params ReadOnlySpan<long> shape) => graph.Apply("Reshape", kind, [this, graph.Integers(shape)]);

    /// <summary>Entries of an axis by their numbers, in whose shape they come.</summary>
    public GraphValue Gather(GraphValue indices, int axis) => graph.Apply("Gather", kind, [this, indices], ("axis", axis));

    public GraphValue Cast(ElementKind to) => to == kind ? this : graph.Apply("Cast", to, [this], ("to", (long)to));

    public GraphValue AtLeast(GraphValue other) => graph.Apply("GreaterOrEqual", ElementKind.Truth, [this, other]);

    public GraphValue AtLeast(double other) => AtLeast(Of(other));

    public GraphValue Above(double other) => graph.Apply("Greater", ElementKind.Truth, [this, Of(other)]);

    public GraphValue AtMost(double other) => graph.Apply("LessOrEqual", ElementKind.Truth, [this, Of(other)]);

    public GraphValue Below(double other) => graph.Apply("Less", ElementKind.Truth, [this, Of(other)]);

    public GraphValue And(GraphValue other) => graph.Apply("And", ElementKind.Truth, [this, other]);

    /// <summary>One value where this is true, another elsewhere.</summary>
    public GraphValue Choose(GraphValue then, GraphValue otherwise) => graph.Apply("Where", then.Kind, [this, then, otherwise]);

    /// <summary>A number of the same kind.</summary>
    public GraphValue Of(double number) => graph.Scalar(number, kind);

    private GraphValue With(string operation, GraphValue other) => graph.Apply(operation, kind, [this, other]);
}
