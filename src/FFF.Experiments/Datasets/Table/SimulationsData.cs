using System.ComponentModel.DataAnnotations;
using System.Globalization;
using FFF.Datasets;
using FFF.Datasets.Table;
using FFF.Formats;
using FFF.Native;
using FFF.Options;
using FFF.Spaces;
using static TorchSharp.torch;

[assembly: Kind<DataConfig, SimulationsData>("simulations", Order = 3)]

namespace FFF.Datasets.Table;

/// <summary>
/// Simulations of one's own: parameters from the prior, which are learnt, and what the simulator gave for each, which are the conditions. They lie in
/// files of their own, row by row, or are columns of one table.
/// </summary>
public sealed record SimulationsData : DataConfig, IValidated
{
    private const string ParametersKey = "parameters";
    private const string ObservationsKey = "observations";

    /// <summary>The parameters.</summary>
    public required TableSource Parameters { get; init; }

    /// <summary>The observations, a row for each of the parameters; all other columns of the parameters' file if left out.</summary>
    public TableSource Observations { get; init; } = new();

    /// <summary>
    /// What parameters were drawn from, or what they lie between: <c>{a: {uniform: [0, 5]}, b: {log-uniform: [0.01, 10]}, c: {normal: [0, 1]}}</c>, by names
    /// or names with * or ?. Those with bounds are learnt through a transform that no sample can leave them by.
    /// </summary>
    [KeysAre("names of columns")]
    public IReadOnlyList<Keyed<ColumnPrior>> Prior { get; init; } = [];

    /// <summary>
    /// The command that simulates, such as python sim.py {parameters} {observations}, run by the shell in the working directory: {parameters} stands for a
    /// .csv file with a row for each simulation, and {observations} for the one that it has to write; {parameters.npy} and {observations.npy} for matrices of
    /// NumPy, and {seed} for a whole number. Training does not need it.
    /// </summary>
    [MinLength(1)]
    public string? Simulator { get; init; }

    /// <summary>
    /// After so many seconds of one call the simulator is ended with all that it started, and nothing is written; if left out, it may take any time. A call
    /// simulates all rows that are asked for.
    /// </summary>
    [Range(0.1, 31_536_000)]
    public double? SimulatorTimeout { get; init; }

    /// <summary>The share of the simulations that is kept for the final test.</summary>
    [Range(0.0, 0.9)]
    public double TestFraction { get; init; } = 0.1;

    /// <inheritdoc/>
    IEnumerable<Rule> IValidated.Rules =>
    [
        Rule.Shares(nameof(ValidationFraction), nameof(TestFraction), () => (ValidationFraction, TestFraction)),
        new(() => Parameters.Path is null ? "expected the path of a file with the parameters" : null, nameof(Parameters)),
        new(() => Observations.Path is null && Observations.Append.Count > 0
            ? "expected a path where append names more files; without a path, the observations are columns of the parameters' files"
            : null, nameof(Observations)),
        new(() => Simulator is null ? null : OwnSimulator.Problem(Simulator), nameof(Simulator)),
        new(() => IsOneTable && Parameters.Columns.Count == 0 && Observations.Columns.Count == 0
            ? "expected columns, where parameters and observations lie in the same file: which of them are parameters?"
            : null, nameof(Parameters)),
    ];

    /// <inheritdoc/>
    public override bool HasConditions => true;

    /// <inheritdoc/>
    public override IReadOnlyList<string> ConditionNames => Observations.Names;

    /// <summary>By the columns that are named; no file is read for this.</summary>
    /// <inheritdoc/>
    public override (Space Space, int Conditions) Outline => (new VectorSpace(Parameters.Count ?? TypicalColumns), Observations.Count ?? TypicalColumns);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Files => [.. Parameters.Files.Concat(IsOneTable ? [] : Observations.Files)];

    /// <inheritdoc/>
    internal override string KeyOfFile(string path) => Parameters.Files.Contains(path) ? ParametersKey : ObservationsKey;

    /// <inheritdoc/>
    public override string Label => Parameters.Path!;

    /// <inheritdoc/>
    internal override IEnumerable<string> Doubts(IRows train, DataSource source) => [.. ColumnDoubts.Of(train, source), .. PriorDoubts.Of(Prior, source)];

    /// <summary>Reads the files, whose rows have to be counted.</summary>
    /// <inheritdoc/>
    public override void Check()
    {
        Libtorch.Load();
        using var scope = NewDisposeScope();
        _ = Split.Of(Open(new(0)).Rows.Count, ValidationFraction, TestFraction, Label);
    }

    /// <inheritdoc/>
    public override DataSource Open(DataRequest request)
    {
        var table = Table(request);
        var (names, conditions) = (Named(Parameters, ParametersKey, table.Columns, "theta"),
            Named(Observations, ObservationsKey, table.ConditionColumns, "x"));
        TableChoice.RequireOnce(Label, names, conditions);
        var rows = table.Rows.In(ColumnPrior.SpaceOf(Prior, names, Label, "prior"));
        return new DataSource(Label, rows, names, conditions, TestFraction)
        {
            IsOrderComputed = table.IsOrderComputed,
            RowsOfPrior = RowsOfPrior(table),
            ConditionName = IsOneTable ? null : Observations.Path,
        };
    }

    /// <summary>The parameters as far as the configuration names them, before there are files: as they are called, or chosen, or have priors.</summary>
    /// <exception cref="DatasetException">It does not name them.</exception>
    internal IReadOnlyList<string> ParameterNames()
    {
        var names = Parameters.Names.Count > 0 ? Parameters.Names
            : Parameters.Columns.Count > 0 ? Parameters.Columns
            : [.. Prior.Select(prior => prior.Key)];
        return names.Count == 0 || names.Any(ColumnPattern.IsPattern)
            ? throw new DatasetException($"{Label}: to simulate, each parameter is named by its prior, such as prior: {{a: {{uniform: [0, 5]}}}}, not by "
                + "patterns or ranges: there is no file yet that they could choose from.")
            {
                Key = "prior",
            }
            : names;
    }

    /// <summary>Observations that the simulator gave, chosen and called as those of the files are, in the order of a run's.</summary>
    /// <param name="rows">What it gave.</param>
    /// <param name="columns">The run's, C of them.</param>
    /// <returns>[N, C], float64; the caller's.</returns>
    /// <exception cref="DatasetException">A column that is chosen is not there.</exception>
    /// <exception cref="FileReadException">They are others.</exception>
    internal Tensor ObservationsOf(SimulatedRows rows, IReadOnlyList<string> columns)
    {
        using var scope = NewDisposeScope();
        var own = rows.Columns ?? [.. Enumerable.Range(0, (int)rows.Observations.shape[1]).Select(i => i.ToString(CultureInfo.InvariantCulture))];
        var file = new TableColumns("The simulator's observations", own, AreNamed: rows.Columns is not null);
        var chosen = Observations.Columns.Count > 0 ? ColumnPattern.Expand(Observations.Columns, file, ObservationsKey) : own;
        var names = Named(Observations, ObservationsKey, chosen, "x");
        var places = file.IndicesOf(chosen, ObservationsKey);
        var order = ColumnNames.Order(file.Path, names, columns, "the conditions of the run").Select(place => (long)places[place]).ToArray();
        return rows.Observations.index_select(1, tensor(order)).MoveToOuterDisposeScope();
    }

    /// <summary>The same data without some of their columns.</summary>
    /// <param name="columns">The places of parameters that are left out, not all of them.</param>
    /// <param name="conditions">Those of observations, not all of them.</param>
    internal SimulationsData Without(IReadOnlySet<int> columns, IReadOnlySet<int> conditions)
    {
        using var scope = NewDisposeScope();
        var table = Table(new(0));
        var names = Named(Parameters, ParametersKey, table.Columns, "theta");

        // Of one table, columns that are not named belong to the other side.
        TableSource Left(TableSource source, IReadOnlyList<string> own, IReadOnlySet<int> without) => without.Count == 0 && !IsOneTable ? source : source with
        {
            Columns = ColumnNames.Without(own, without),
            Names = ColumnNames.Without(source.Names, without),
        };
        return this with
        {
            Parameters = Left(Parameters, table.Columns, columns),
            Observations = Left(Observations, table.ConditionColumns, conditions),
            Prior = [.. Prior.Where(prior => !columns.Any(column => names[column] == prior.Key))],
        };
    }

    /// <summary>Whether both are columns of the same files.</summary>
    internal bool IsOneTable => Observations.Path is null || (Observations.Path == Parameters.Path && Observations.Append.SequenceEqual(Parameters.Append));

    /// <summary>Those of the first files: files of later rounds, which are appended or have such names, were drawn from a truncated prior.</summary>
    private long RowsOfPrior(TableSamples table)
    {
        var files = TableFiles.Of(Parameters.Path!).TakeWhile(path => !SimulationFiles.IsOfRound(path)).Count();
        return table.RowsOfFiles.Take(files).Sum();
    }

    private TableRequest OneTable => new(Label, Parameters.Files, Parameters.Columns, Observations.Columns)
    {
        TakesOthers = true,
        ColumnsKey = ParametersKey,
        ConditionColumnsKey = ObservationsKey,
        KeyOfFile = KeyOfFile,
    };

    private TableSamples Table(DataRequest request) => IsOneTable ? TableSamples.Read(OneTable, request) : Joined(request);

    /// <summary>Rows of two tables beside each other, in memory.</summary>
    private TableSamples Joined(DataRequest request)
    {
        var (parameters, observations) = (Side(Parameters, ParametersKey, request), Side(Observations, ObservationsKey, request));
        return parameters.Rows.Count == observations.Rows.Count
            ? parameters with
            {
                Rows = (Samples)parameters.Rows with { Condition = observations.Rows.Data },
                ConditionColumns = observations.Columns,
            }
            : throw new DatasetException($"{Label} has {NumberText.Counted(parameters.Rows.Count, "row")} of parameters, but {Observations.Path} has "
                + $"{NumberText.Counted(observations.Rows.Count, "row")} of observations: there is one row of observations for each row of parameters.")
            {
                Key = ObservationsKey,
            };
    }

    private static TableSamples Side(TableSource source, string key, DataRequest request) =>
        TableSamples.Read(new(source.Path!, source.Files, source.Columns, []) { InMemory = true, ColumnsKey = key, KeyOfFile = _ => key }, request);

    private static IReadOnlyList<string> Named(TableSource source, string key, IReadOnlyList<string> own, string prefix) =>
        source.Names.Count == 0 ? [.. own.Select(name => name.All(char.IsAsciiDigit) ? $"{prefix}_{name}" : name)]
        : source.Names.Count == own.Count ? source.Names
        : throw new DatasetException(string.Create(CultureInfo.InvariantCulture,
            $"{key}.names has {source.Names.Count} names for {own.Count} columns: {string.Join(", ", own)}."))
        {
            Key = key,
        };
}
