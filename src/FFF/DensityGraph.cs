using FFF.Graphs;
using FFF.Transforms;
using static TorchSharp.torch;

namespace FFF;

/// <summary>
/// The questions to a <see cref="DensityModel"/> as graphs of operators, which run without libtorch: rows, conditions and samples are in the data's own units,
/// float64, and networks compute in float32, as the model does.
/// </summary>
internal static class DensityGraph
{
    /// <summary>What rows and samples are called.</summary>
    public const string Rows = "x";

    /// <summary>What codes are called.</summary>
    public const string Codes = "z";

    /// <summary>What conditions are called.</summary>
    public const string Condition = "condition";

    /// <summary>What log-densities are called.</summary>
    public const string LogProb = "log_prob";

    private const string EnsembleText = "An ensemble (training.ensemble) cannot be exported: a graph of operators holds one flow. In Python, "
        + "scripts/fff_run.py reads its run.";
    private const string RowText = "Rows in the data's own units";
    private const string CodeText = "Codes, which have the latent density";
    private const string LogProbText = "Log-densities in nats, of the data's own units";

    /// <summary>The graphs by name: encode, decode, log_prob, and decode_with_log_prob.</summary>
    /// <exception cref="GraphException">A part of the model cannot be written so.</exception>
    public static IReadOnlyDictionary<string, OperatorGraph> Of(DensityModel model)
    {
        using var noGradient = no_grad();
        var flow = model.Flow as IGraphFlow
            ?? throw new GraphException(model.Flow is Flows.Ensembles.EnsembleFlow ? EnsembleText
                : $"The flow {model.Flow.GetName()} cannot be written as a graph of operators: those of fff, spline-flow and "
                + "flow-matching on rows of one size can.");
        return new Dictionary<string, OperatorGraph>
        {
            ["encode"] = Graph(model, Rows, RowText, (x, condition) =>
                [(Codes, flow.Encode(Forward(model, x).Value.Cast(ElementKind.Single), condition(x)).Cast(ElementKind.Double), CodeText)]),
            ["decode"] = Graph(model, Codes, CodeText, (z, condition) =>
                [(Rows, Inverse(model, flow.Decode(z.Cast(ElementKind.Single), condition(z))).Value, RowText)]),
            ["log_prob"] = Graph(model, Rows, RowText, (x, condition) =>
            {
                var moved = Forward(model, x);
                var own = flow.LogProb(moved.Value.Cast(ElementKind.Single), condition(x)) + moved.LogDet;
                return [(LogProb, moved.Inside?.Choose(own, own.Of(double.NegativeInfinity)) ?? own, $"{LogProbText}; -Infinity where there is no density")];
            }),
            ["decode_with_log_prob"] = Graph(model, Codes, CodeText, (z, condition) =>
            {
                var (y, logProb) = flow.DecodeWithLogProb(z.Cast(ElementKind.Single), condition(z));
                var x = Inverse(model, y);
                return [(Rows, x.Value, RowText), (LogProb, logProb + x.LogDet, LogProbText)];
            }),
        };
    }

    private static OperatorGraph Graph(
        DensityModel model, string input, string text,
        Func<GraphValue, Func<GraphValue, GraphDual?>, (string Name, GraphValue Value, string Text)[]> answer)
    {
        using var scope = NewDisposeScope();
        var graph = new OperatorGraph();
        var rows = graph.Input(input, Columns(model, input)!.Value, text);
        var given = model.ConditionDimension == 0 ? null
            : graph.Input(Condition, model.ConditionDimension, "What each row is conditioned on, in its own units: one for each, or one for all");
        foreach (var (name, value, told) in answer(rows, like => Told(model, given, like)))
        {
            graph.Output(name, value, Columns(model, name), told);
        }

        return graph;
    }

    /// <summary>Of rows, or of codes, which may be fewer; null of log-densities, which are one number.</summary>
    private static int? Columns(DensityModel model, string name) => name switch
    {
        Rows => model.Space.Dimension,
        Codes => model.Dimension,
        _ => null,
    };

    /// <summary>The condition as networks are given it, with the settings that they are told, for each row; null where there is neither.</summary>
    private static GraphDual? Told(DensityModel model, GraphValue? given, GraphValue rows)
    {
        // A column of zeros has the number of rows.
        var none = (0 * rows.Slice(-1, 0, 1)).Cast(ElementKind.Single);
        var condition = given is null ? null : Summary(model, given).Map(own => none + own);
        using var one = zeros(1, 1);
        using var settings = model.Settings.ForEvaluation(null, one);
        if (settings is null)
        {
            return condition;
        }

        var told = new GraphDual(none + rows.Graph.Constant(settings, ElementKind.Single), null, (int)settings.shape[1]);
        return condition?.Append(told) ?? told;
    }

    /// <summary>The condition, scaled, or what its embedding makes of it.</summary>
    private static GraphDual Summary(DensityModel model, GraphValue given)
    {
        var scaled = new GraphDual(model.ConditionTransform!.AsGraph().Forward(given).Value.Cast(ElementKind.Single), null, model.ConditionDimension);
        return model.Settings.Embedding switch
        {
            null => scaled,
            IGraphEmbedding embedding => embedding.Forward(scaled),
            _ => throw new GraphException("The embedding of conditions cannot be written as a graph of operators: dense, deep-set and conv1d can."),
        };
    }

    private static GraphTransformed Forward(DensityModel model, GraphValue x) => model.Transform.AsGraph().Forward(x);

    private static GraphTransformed Inverse(DensityModel model, GraphValue y) => model.Transform.AsGraph().Inverse(y.Cast(ElementKind.Double));
}
