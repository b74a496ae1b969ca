using System.Globalization;
using System.Text;
using FFF.Configuration;
using FFF.Configuration.Binding;
using FFF.Configuration.Yaml;
using FFF.Datasets;
using FFF.Datasets.Table;
using FFF.Formats;
using FFF.Options;
using FFF.Transforms;
using static TorchSharp.torch;

namespace FFF.Recipes;

/// <summary>
/// A commented configuration for data of one's own, whose first training is good: what was seen in the data, and settings by <see cref="Recipe"/>.
/// </summary>
/// <param name="Experiment">What the text describes.</param>
/// <param name="Text">The YAML file.</param>
/// <param name="Rows">N, of all data.</param>
/// <param name="Columns">The names of the columns that are learnt.</param>
/// <param name="ConditionColumns">The names of those that are given.</param>
/// <param name="Limits">The bounds that the data showed, by columns; those that the user gave are not among them.</param>
/// <param name="Doubts">What speaks against learning from the data, or what is done about it, a sentence each.</param>
internal sealed record StartingConfiguration(
    Experiment Experiment, string Text, long Rows, IReadOnlyList<string> Columns, IReadOnlyList<string> ConditionColumns,
    IReadOnlyList<Keyed<ColumnPrior>> Limits, IReadOnlyList<string> Doubts)
{
    private const int ColumnOfComments = 56;
    private const int MostNames = 6;
    private const string Exact = "    # So few columns allow the log-determinant itself in place of its estimate, which keeps the encoder from folding.\n"
        + "    surrogate: exact\n";

    private const string ParametersKey = "parameters";
    private const string ObservationsKey = "observations";

    /// <summary>Looks at the data.</summary>
    /// <param name="given">An experiment with the data as the user gave them; its method and training are not looked at.</param>
    /// <param name="folder">The folder that the file will lie in, to which paths are written relative.</param>
    /// <exception cref="DatasetException">The data cannot be read, or not be learnt.</exception>
    /// <exception cref="ArgumentException">They are neither a table nor simulations.</exception>
    public static StartingConfiguration Of(Experiment given, string folder)
    {
        using var scope = NewDisposeScope();
        var doubts = new List<string>();
        var request = new DataRequest(given.Seed, doubts.Add);
        var whole = given.Data.Open(request);
        var (left, constant) = WithoutConstants(given.Data, whole);
        doubts.AddRange(constant.Select(name => $"{given.Data.Label}: the column '{name}' has the same value in all rows, and is left out."));
        given = given with { Data = left };
        var source = constant.Count == 0 ? whole : left.Open(new(given.Seed));
        var limits = LimitsOf(source, GivenLimits(given.Data));
        var data = With(given.Data, limits);
        var bounded = limits.Count == 0 ? source : data.Open(new(given.Seed));
        var dataset = DatasetFactory.Create(data, [], null, request, bounded);
        var recipe = Recipe.Of(dataset.Train.Count, source.Rows.Dimension, source.Rows.ConditionDimension);
        var text = TextOf(given.Name, data, limits, constant, source, dataset.Train.Count, recipe, folder);
        return new(given with { Data = data }, text, source.Rows.Count, source.Columns, source.ConditionColumns, limits, doubts);
    }

    /// <summary>The data without columns that never change, which cannot be learnt and tell nothing; these, by their names.</summary>
    private static (DataConfig Data, IReadOnlyList<string> Constant) WithoutConstants(DataConfig data, DataSource source)
    {
        var (columns, conditions) = (ConstantOf(source.Rows.Moments(null)), ConstantOf(source.Rows.ConditionMoments(null)));
        var changed = columns.Count + conditions.Count == 0 || columns.Count == source.Columns.Count ? data : data switch
        {
            SimulationsData simulations when conditions.Count < source.ConditionColumns.Count => simulations.Without(columns, conditions),
            TableData table => table with
            {
                Columns = ColumnNames.Without(source.Columns, columns),
                ConditionColumns = ColumnNames.Without(source.ConditionColumns, conditions),
                Bounds = [.. table.Bounds.Where(bound => !columns.Any(column => source.Columns[column] == bound.Key))],
            },
            _ => data,
        };
        return (changed, ReferenceEquals(changed, data) ? []
            : [.. columns.Order().Select(column => source.Columns[column]), .. conditions.Order().Select(column => source.ConditionColumns[column])]);

        static HashSet<int> ConstantOf(ColumnMoments? moments) =>
            moments is null ? [] : [.. Enumerable.Range(0, moments.Least.Length).Where(column => moments.Least[column] == moments.Greatest[column])];
    }

    private static IReadOnlyList<Keyed<ColumnPrior>> GivenLimits(DataConfig data) => data switch
    {
        SimulationsData simulations => simulations.Prior,
        TableData table => table.Bounds,
        _ => throw new ArgumentException($"Data of the kind {Kinds.NameOf(data)} are no table and no simulations.", nameof(data)),
    };

    private static DataConfig With(DataConfig data, IReadOnlyList<Keyed<ColumnPrior>> limits) => data switch
    {
        SimulationsData simulations => simulations with { Prior = [.. simulations.Prior, .. limits] },
        TableData table => table with { Bounds = [.. table.Bounds, .. limits] },
        _ => data,
    };

    /// <summary>Of the columns of which the user has not said anything.</summary>
    private static IReadOnlyList<Keyed<ColumnPrior>> LimitsOf(DataSource source, IReadOnlyList<Keyed<ColumnPrior>> given)
    {
        var columns = new TableColumns(source.Name, source.Columns, AreNamed: true);
        var known = ColumnPattern.Each(given, columns, "prior").Select(column => column.Column).ToHashSet();
        var rows = source.Rows.Part(0, Math.Min(source.Rows.Count, ColumnLimits.MaxRows)).Data.to(float64);
        var moments = source.Rows.Moments(null);
        var found = new List<Keyed<ColumnPrior>>();
        foreach (var (column, name) in source.Columns.Index().Where(column => !known.Contains(column.Index)))
        {
            using var scope = NewDisposeScope();
            if (ColumnLimits.Of(rows.select(1, column).contiguous().data<double>().ToArray(), moments.Least[column], moments.Greatest[column]) is { } limit)
            {
                found.Add(new(name, limit));
            }
        }

        return found;
    }

    private static string SummaryOf(Recipe recipe) => recipe.Summary is not { } outputs ? ""
        : $$"""
                # Many conditions go through a summary first, which is trained along. For draws whose order tells nothing take deep-set, for series conv1d.
                embedding: {kind: dense, widths: [{{recipe.Width / 2}}], outputs: {{outputs}}}

            """;

    private static string HowBetaRises(Recipe recipe) =>
        $"{(recipe.IsExact ? "" : ", the faster the less they are")}{(recipe.IsOfFewRows ? ", not far, as rows are few" : "")}";

    private static string TextOf(
        string name, DataConfig data, IReadOnlyList<Keyed<ColumnPrior>> limits, IReadOnlyList<string> constant, DataSource source, long trained, Recipe recipe,
        string folder)
    {
        var (rows, conditions) = (NumberText.Counted(source.Rows.Count, "row"), source.ConditionColumns.Count);
        var steps = trained / recipe.BatchSize * recipe.Epochs;
        var more = conditions > 0 ? "; fff eval-calibration tells whether posteriors are as wide as they should be" : "";
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture,
            $"# Written by fff init, which looked at {rows}. fff config keys lists all keys; fff train --config trains it.\n");
        text.Append(CultureInfo.InvariantCulture, $"name: {YamlWriter.WriteLine(new YamlScalar(name, Plain: false, Nowhere))}\n\n");
        text.Append("data:\n");
        if (constant.Count > 0)
        {
            var isOne = constant.Count == 1;
            text.Append(CultureInfo.InvariantCulture, $"  # Left out, as {(isOne ? "it has" : "each has")} the same value in all rows: {Shown(constant)}.\n");
        }

        foreach (var entry in Data(data, folder).Entries.Where(entry => entry.Key != KeyOfLimits(data)))
        {
            Line(text, 1, new(entry.Key, entry.KeyAt, Shortened(entry.Value)), Comment(entry.Key, source, data));
        }

        WriteLimits(text, data, limits);
        text.Append(CultureInfo.InvariantCulture, $$"""

            method:
              kind: fff
              flow:
            {{SummaryOf(recipe)}}    network:
                  # Networks that start as the identity: the reconstruction is good from the first step, and never has to be found.
                  kind: stack
                  networks:
                    - {kind: dense, widths: [{{recipe.Width}}, {{recipe.Width}}], identity: true}
                    - {kind: residual, blocks: {{recipe.Blocks}}, widths: [{{recipe.Width}}, {{recipe.Width}}], identity: true}
              objective:
                # The weight of the reconstruction: small first, so that the likelihood shapes the flow; large in the end, so that decoder and encoder
                # are each other's inverse. It rises by itself{{HowBetaRises(recipe)}}.
                # If a NLL is called spurious, let it rise farther, such as {kind: auto, to: {{Numbers.Text(3 * recipe.FinalBeta)}}}.
                beta: {{(recipe.IsOfFewRows ? $"{{kind: auto, to: {Numbers.Text(recipe.FinalBeta)}}}" : "auto")}}
            {{(recipe.IsExact ? Exact : "")}}
            training:
              # {{NumberText.Count(steps)}} steps on {{NumberText.Counted(trained, "row")}}{{recipe.WhyEpochs}}.
              # If the last validation was the best one, take more.
              epochs: {{recipe.Epochs}}
              batch_size: {{recipe.BatchSize}}
              # A short memory of squared gradients, since the loss changes its scale with β.
              optimizer: {kind: adam, learning_rate: {{Numbers.Text(Recipe.LearningRate)}}, weight_decay: 0, beta2: 0.95}
              schedule: one-cycle
              ema: {{Numbers.Text(recipe.Ema)}}
              validate_every: {{recipe.ValidateEvery}}

            # The exact likelihood of rows that were held out{{more}}.
            evaluate: [nll]
            """);
        return text.Append('\n').ToString();
    }

    private static void WriteLimits(StringBuilder text, DataConfig data, IReadOnlyList<Keyed<ColumnPrior>> limits)
    {
        var all = GivenLimits(data);
        if (all.Count == 0)
        {
            return;
        }

        if (limits.Count > 0)
        {
            text.Append(data is SimulationsData
                ? "  # Where parameters end in the files. Write down the prior that they were drawn from, if it is another one: nothing is learnt beyond.\n"
                : "  # Where numbers end in the file. Write down other bounds if more can come: nothing is learnt beyond.\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"  {KeyOfLimits(data)}:\n");
        foreach (var (key, prior) in all)
        {
            var shape = ShapeReader.Read(typeof(ColumnPrior));
            Line(text, 2, new(key, Nowhere, new RecordTree().Of(prior, shape)), limits.Any(limit => limit.Key == key) ? "seen in the data" : "");
        }
    }

    private static string KeyOfLimits(DataConfig data) => data is SimulationsData ? "prior" : "bounds";

    /// <summary>What the data are, without what is the default.</summary>
    private static YamlMap Data(DataConfig data, string folder)
    {
        var shape = ShapeReader.Read(typeof(DataConfig));
        DataConfig usual = data is SimulationsData ? new SimulationsData { Parameters = new() } : new TableData { Path = "" };
        return BriefTree.Without((YamlMap)new RecordTree(folder: folder).Of(data, shape), (YamlMap)new RecordTree().Of(usual, shape), "kind");
    }

    /// <summary>A path alone stands for a source of columns that has nothing else.</summary>
    private static YamlNode Shortened(YamlNode node) => node is YamlMap { Entries: [{ Key: "path", Value: YamlScalar path }] } ? path : node;

    private static string Comment(string key, DataSource source, DataConfig data) => (key, data) switch
    {
        (ParametersKey, _) or ("path", _) => Listed(source.Columns),
        (ObservationsKey, _) or ("condition_columns", _) => Listed(source.ConditionColumns),
        _ => "",
    };

    private static string Listed(IReadOnlyList<string> names) =>
        $"{NumberText.Counted(names.Count, "column")}: {Shown(names)}";

    private static string Shown(IReadOnlyList<string> names) => $"{string.Join(", ", names.Take(MostNames))}{(names.Count > MostNames ? ", ..." : "")}";

    private static void Line(StringBuilder text, int depth, YamlEntry entry, string comment)
    {
        var line = $"{new string(' ', 2 * depth)}{YamlWriter.WriteLine(new YamlScalar(entry.Key, Plain: false, Nowhere))}: {YamlWriter.WriteLine(entry.Value)}";
        text.Append(comment.Length == 0 ? line : $"{line.PadRight(ColumnOfComments)}# {comment}").Append('\n');
    }

    private static Location Nowhere => new(new YamlSource("init", ".", IsFile: false), 1, 1);
}
