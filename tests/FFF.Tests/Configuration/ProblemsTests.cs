using System.Text;
using FFF.Configuration;
using Xunit;

namespace FFF.Tests.Configuration;

public sealed class ProblemsTests : IDisposable
{
    private readonly ConfigFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("sede: 1", 5, 1, "sede", "unknown key 'sede'; did you mean 'seed'? Valid keys: name, seed, data,")]
    [InlineData("training:\n  batchSize: 1", 6, 3, "training.batchSize", "unknown key 'batchSize'; did you mean 'batch_size'?")]
    [InlineData("training: {learning_rate: 1}", 5, 12, "training.learning_rate", "unknown key 'learning_rate'; did you mean 'optimizer.learning_rate'?")]
    [InlineData("widths: [8]", 5, 1, "widths", "unknown key 'widths'; did you mean 'method.flow.network.widths'?")]
    [InlineData("method: {flow: {latent: {kind: normal, knid: 3}}}", 5, 40, "method.flow.latent.knid",
        "unknown key 'knid'; did you mean 'kind'? Valid keys: kind")]
    [InlineData("training: {epochs: many}", 5, 20, "training.epochs", "expected a whole number from 1 to 100000000, found 'many'")]
    [InlineData("training: {epochs: '5'}", 5, 20, "training.epochs", "expected a whole number from 1 to 100000000, found the text '5'")]
    [InlineData("training: {epochs: 1.5}", 5, 20, "training.epochs", "expected a whole number")]
    [InlineData("training: {epochs: 0}", 5, 20, "training.epochs", "expected a whole number from 1 to 100000000, found '0'")]
    [InlineData("training: {epochs: 1e99}", 5, 20, "training.epochs", "expected a whole number")]
    [InlineData("training: {epochs: [1]}", 5, 20, "training.epochs", "expected a whole number from 1 to 100000000, found a list")]
    [InlineData("training: {epochs: }", 5, 20, "training.epochs", "expected a whole number from 1 to 100000000, found nothing")]
    [InlineData("seed: 9223372036854775808", 5, 7, "seed", "expected a whole number, found")]
    [InlineData("training: {ema: 1}", 5, 17, "training.ema", "expected a number from 0 to 0.9999999, found '1'")]
    [InlineData("training: {gradient_clip: .inf}", 5, 27, "training.gradient_clip", "expected a number from 1.0e-12 to 1000000000000, found '.inf'")]
    [InlineData("training: {gradient_clip: NaN}", 5, 27, "training.gradient_clip", "expected a number from")]
    [InlineData("training: {gradient_clip: 1e999}", 5, 27, "training.gradient_clip", "expected a number from")]
    [InlineData("training: 5", 5, 11, "training", "expected a mapping with keys such as epochs, batch_size, optimizer, found '5'")]
    [InlineData("training:", 5, 10, "training", "expected a mapping with keys such as epochs, batch_size, optimizer, found nothing")]
    [InlineData("training: {optimizer: adan}", 5, 23, "training.optimizer", "expected one of adam, adamw, soap, or a mapping")]
    [InlineData("training: {optimizer: {kind: adan}}", 5, 30, "training.optimizer.kind",
        "expected one of adam, adamw, soap, found 'adan'; did you mean 'adam'?")]
    [InlineData("training: {optimizer: {basis_every: 5}}", 5, 24, "training.optimizer.basis_every", "expected 'kind: soap', which alone has bases")]
    [InlineData("training: {device: gpu}", 5, 20, "training.device", "expected auto, cpu, cuda or cuda:N, found 'gpu'")]
    [InlineData("training: {schedule: {kind: cosin}}", 5, 29, "training.schedule.kind",
        "expected one of constant, cosine, one-cycle, exponential, plateau, stages, found 'cosin'; did you mean 'cosine'?")]
    [InlineData("training: {schedule: {kind: [1]}}", 5, 29, "training.schedule.kind", "expected one of constant")]
    [InlineData("training: {schedule: exponential}", 5, 22, "training.schedule.gamma", "the key is missing; expected a number from 0 to 1")]
    [InlineData("method: {flow: {latent: norml}}", 5, 25, "method.flow.latent",
        "expected a kind (normal, student-t, mean-free-normal) or a mapping with the key 'kind', found 'norml'; did you mean 'normal'?")]
    [InlineData("method: {flow: {latent: {degrees_of_freedom: 3}}}", 5, 25, "method.flow.latent.kind",
        "the key is missing; expected one of normal, student-t, mean-free-normal")]
    [InlineData("method: {flow: {network: {widths: []}}}", 5, 35, "method.flow.network.widths",
        "expected a list of at least 1, each a whole number from 1 to 1000000, found none")]
    [InlineData("method: {flow: {network: {widths: [8, -8]}}}", 5, 39, "method.flow.network.widths.1", "expected a whole number from 1 to 1000000, found '-8'")]
    [InlineData("method: {flow: {network: {widths: 8}}}", 5, 35, "method.flow.network.widths", "expected a list of at least 1")]
    [InlineData("method: {flow: {network: {identity: yes}}}", 5, 37, "method.flow.network.identity", "expected true or false, found 'yes'")]
    [InlineData("method: {flow: {network: {kind: stack, networks: []}}}", 5, 50, "method.flow.network.networks", "expected a list of at least 1")]
    [InlineData("method: {flow: {network: {kind: stack, networks: [{widths: [8]}]}}}", 5, 51, "method.flow.network.networks.0.kind",
        "the key is missing; expected one of dense, residual, stack, egnn")]
    [InlineData("method: {objective: {beta: ten}}", 5, 28, "method.objective.beta",
        "expected a number from 0 to 1000000000000, a kind (fixed, schedule, range, auto) or a mapping with the key 'kind', found 'ten'")]
    [InlineData("method: {objective: {beta: Auto}}", 5, 28, "method.objective.beta",
        "expected a number from 0 to 1000000000000, a kind (fixed, schedule, range, auto) or a mapping with the key 'kind', "
        + "found 'Auto'; did you mean 'auto'?")]
    [InlineData("method: {objective: {beta: -1}}", 5, 28, "method.objective.beta.value", "expected a number from 0 to 1000000000000, found '-1'")]
    [InlineData("method: {objective: {beta: {kind: fixed}}}", 5, 28, "method.objective.beta.value", "the key is missing")]
    [InlineData("method: {objective: {noise: none}}", 5, 29, "method.objective.noise",
        "expected a number from 0 to 1000000000000, a kind (fixed, schedule, range, auto) or a mapping with the key 'kind', found 'none'")]
    [InlineData("evaluate: c2st", 5, 11, "evaluate",
        "expected a list, each element a kind (c2st, nll, boltzmann, molecules, calibration, theory, conformations, local-c2st, energies) or a mapping with "
        + "the key 'kind', "
        + "found 'c2st'")]
    [InlineData("seed: 1\nseed: 2", 6, 1, "seed", "the key is given twice, first on line 5")]
    [InlineData("seed: !!int 1", 5, 7, "seed", "expected a value without a tag, found 'tag:yaml.org,2002:int'")]
    [InlineData("training: !FFF.Configuration.TrainingConfig {}", 5, 11, "training", "expected a value without a tag")]
    [InlineData("seed: *nothing", 5, 7, "", "not valid YAML: the alias '*nothing' follows no such anchor")]
    [InlineData("[a]: 1", 5, 1, "", "not valid YAML: ")]
    [InlineData("seed: [1", 6, 1, "", "not valid YAML: ")]
    [InlineData("---\nseed: 1", 5, 1, "", "not valid YAML: expected one document, found another after it")]
    [InlineData("seed: \0 1", 5, 7, "", "expected text, found a control character")]
    [InlineData("seed:\u00a01", 5, 6, "", "expected a usual space, found a no-break space (U+00A0)")]
    [InlineData("training:\n\u00a0\u00a0epochs: 3", 6, 1, "", "expected a usual space, found a no-break space")]
    [InlineData("seed: 1\u00a0", 5, 8, "", "expected a usual space, found a no-break space")]
    [InlineData("training: {<<: {epochs: 3}}", 5, 12, "training.<<", "merge keys (<<) are not part of YAML 1.2 and are not read")]
    public void AProblemIsLocatedAndSaysWhatWasExpected(string text, int line, int column, string key, string message)
    {
        var problem = _folder.Problem(ConfigFolder.Minimal + text);

        Assert.Equal((_folder.Path("c.yaml"), line, column, key), (problem.Source, problem.Line, problem.Column, problem.Key));
        Assert.StartsWith(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AllProblemsAreReportedAtOnceInTheOrderOfTheFile()
    {
        var problems = _folder.Problems(
            """
            nam: x
            data:
              kind: toy
              distribution: two_mons
              samples: 1
              standardise: true
            training:
              epochs: few
              epochs: 3
              optimizer: {learning_rate: fast}
            evaluate: [c2st, nl]
            """,
            "seed=x");

        Assert.Equal(
            [
                (1, "nam"), (1, "name"), (4, "data.distribution"), (5, "data.samples"), (6, "data.standardise"), (8, "training.epochs"),
                (9, "training.epochs"), (10, "training.optimizer.learning_rate"), (11, "evaluate.1"), (null, "seed"),
            ],
            problems.OrderBy(problem => problem.Line ?? 100).Select(problem => (problem.Line, problem.Key)));
    }

    [Fact]
    public void TheMessageListsTheProblemsOneALine()
    {
        var path = _folder.Write("c.yaml", ConfigFolder.Minimal + "sede: 1\ntraining: {epochs: 0}");

        var error = Assert.Throws<ConfigurationException>(() => ExperimentFile.Load([path], []));

        Assert.Equal(
            $"{path}:5:1: sede: unknown key 'sede'; did you mean 'seed'? Valid keys: name, seed, data, method, training, evaluate, base, plugins\n"
            + $"{path}:6:20: training.epochs: expected a whole number from 1 to 100000000, found '0'",
            error.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing but a comment\n")]
    [InlineData("---\n")]
    [InlineData("null")]
    public void AnEmptyFileIsReported(string text) =>
        Assert.Equal(
            new Problem(_folder.Path("c.yaml"), null, null, "", "expected keys such as name and data, found an empty file"),
            _folder.Problem(text));

    [Theory]
    [InlineData("- a")]
    [InlineData("text")]
    public void AFileThatIsNoMappingIsReported(string text) =>
        Assert.StartsWith("expected keys such as name and data, found ", _folder.Problem(text).Message, StringComparison.Ordinal);

    [Fact]
    public void MissingFilesAndFoldersAreReportedTogether()
    {
        Directory.CreateDirectory(_folder.Path("folder"));

        var error = Assert.Throws<ConfigurationException>(() => ExperimentFile.Load([_folder.Path("none.yaml"), _folder.Path("folder"), ""], ["training"]));

        Assert.Equal(
            ["the file does not exist", "expected a file, found a directory", "expected the path of a file",
                "expected key.path=value, such as training.epochs=100"],
            error.Problems.Select(problem => problem.Message));
    }

    [Fact]
    public void NoInputAtAllIsReported() => Assert.Throws<ConfigurationException>(() => ExperimentFile.Load([], []));

    [Fact]
    public void BytesThatAreNoUtf8AreLocated()
    {
        File.WriteAllBytes(_folder.Path("latin1.yaml"), Encoding.Latin1.GetBytes("name: x\nseed: 1 # größer"));

        var error = Assert.Throws<ConfigurationException>(() => ExperimentFile.Load([_folder.Path("latin1.yaml")], []));

        Assert.Equal(new Problem(_folder.Path("latin1.yaml"), 2, 13, "", "expected text in UTF-8, found other bytes"), Assert.Single(error.Problems));
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public void WhatWindowsWritesIsRead(string encoding)
    {
        // Editors there, and what PowerShell redirects into a file, begin with a byte order mark and end lines in two characters.
        File.WriteAllText(_folder.Path("windows.yaml"), "name: x # größer\r\nseed: 7\r\ndata: {kind: toy, distribution: two_moons}\r\n",
            Encoding.GetEncoding(encoding));

        Assert.Equal(("x", 7), (ExperimentFile.Load([_folder.Path("windows.yaml")], []).Name, ExperimentFile.Load([_folder.Path("windows.yaml")], []).Seed));
    }

    [Fact]
    public void AliasesThatMultiplyAreRefused()
    {
        var text = new StringBuilder("a0: &a0 [x, x]\n");
        for (var i = 1; i < 60; i++)
        {
            text.Append($"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n");
        }

        Assert.Contains("more than 10000 values", _folder.Problem(text.ToString()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{a: ", "}")]
    public void DeepNestingIsRefused(string open, string close)
    {
        const int Depth = 100_000;
        var text = new StringBuilder("name: ").Insert(6, open, Depth).Insert(6 + (Depth * open.Length), close, Depth);

        Assert.Contains("nested more than 64 levels deep", _folder.Problem(text.ToString()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AHugeFileIsRefusedUnread() =>
        Assert.Contains("at most 1024 KiB", _folder.Problem(new string('#', 2_000_000)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("..\\b")]
    [InlineData(".hidden")]
    [InlineData("''")]
    [InlineData("\"a\\n\"")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void NamesThatAreNoFolderNamesAreRefused(string name)
    {
        var problem = _folder.Problem(ConfigFolder.Minimal.Replace("name: moons", "name: " + name, StringComparison.Ordinal));

        Assert.Equal((1, 7, "name"), (problem.Line, problem.Column, problem.Key));
    }
}
