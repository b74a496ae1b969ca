using FFF.Configuration;
using FFF.Datasets.Table;
using FFF.Datasets.Toy;
using FFF.Formats;
using Xunit;

namespace FFF.Tests.Configuration;

/// <summary>What a shell passed as <c>key.path=value</c>, to the last character.</summary>
public sealed class OverrideTests : IDisposable
{
    private const string Table = """
        name: mine
        data: { kind: table, path: data.csv }

        """;

    private static readonly string Home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    private readonly ConfigFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("old.csv #2/new.csv")]
    [InlineData("#2.csv")]
    [InlineData("@x.csv")]
    [InlineData("{0}.csv")]
    [InlineData("[1].csv")]
    [InlineData("a: b.csv")]
    [InlineData("'quoted'.csv")]
    [InlineData("\"quoted\"")]
    [InlineData("*a.csv")]
    [InlineData("&a")]
    [InlineData("!a")]
    [InlineData("|")]
    [InlineData("- a")]
    [InlineData("%1.csv")]
    [InlineData("`a`")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("1e5")]
    [InlineData(" a.csv ")]
    [InlineData("a=b.csv")]
    [InlineData("x~.csv")]
    [InlineData("~x.csv")]
    public void APathIsWhatTheShellPassed(string path)
    {
        var data = Assert.IsType<TableData>(_folder.Load(Table, $"data.path={path}").Data);
        Assert.Equal(Path.GetFullPath(path), data.Path);
    }

    [Theory]
    [InlineData("name=mine #2", "name")]
    [InlineData("training.epochs=5 #2", "training.epochs")]
    [InlineData("data.standardize=true #2", "data.standardize")]
    [InlineData("training.schedule=constant #2", "training.schedule")]
    [InlineData("data.path=", "data.path")]
    public void NothingIsPassedOver(string setting, string key) => Assert.Equal(key, _folder.Problem(Table, setting).Key);

    [Fact]
    public void ListsMappingsAndNothingAreYaml()
    {
        var experiment = _folder.Load(Table, "evaluate=[{kind: nll, samples: 3}]", "data={kind: toy, distribution: rings}", "training.ema=null",
            "training.epochs= 7 ");
        Assert.Single(experiment.Evaluate);
        Assert.IsType<ToyData>(experiment.Data);
        Assert.Null(experiment.Training.Ema);
        Assert.Equal(7, experiment.Training.Epochs);
    }

    [Fact]
    public void TheHomeFolderIsPutInWhereTheShellLeftItsSign()
    {
        Assert.Equal(Path.Combine(Home, "x.csv"), Assert.IsType<TableData>(_folder.Load(Table, "data.path=~/x.csv").Data).Path);
        Assert.Equal(Path.Combine(Home, "y.csv"),
            Assert.IsType<TableData>(_folder.Load(Table.Replace("data.csv", "~/y.csv", StringComparison.Ordinal)).Data).Path);
        Assert.Equal(Home, HomeFolder.Expand("~"));
        Assert.Equal(Home, HomeFolder.Expand("~/"));
        Assert.Equal("./~/x", HomeFolder.Expand("./~/x"));
        Assert.Equal("a~/x", HomeFolder.Expand("a~/x"));
    }

    [Fact]
    public void AnotherUsersHomeFolderIsRefused()
    {
        Assert.Contains("'~else'", _folder.Problem(Table, "data.path=~else/x.csv").Message, StringComparison.Ordinal);
        Assert.Contains("'~else'", _folder.Problem(Table.Replace("data.csv", "~else/x.csv", StringComparison.Ordinal)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileThatOthersAreLaidOverMayBeAtHome()
    {
        var problem = Assert.Throws<ConfigurationException>(() => _folder.Load("base: ~/no-such-file-of-tests.yaml\n" + Table)).Problems[0];
        Assert.Contains("does not exist", problem.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.Path("~")));
    }
}
