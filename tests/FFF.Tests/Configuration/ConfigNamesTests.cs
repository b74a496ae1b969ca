using System.Text;
using FFF.Configuration;
using FFF.Datasets.Sbi;
using Xunit;

namespace FFF.Tests.Configuration;

/// <summary>Names of configurations, where the working directory has none of its own; the program's tests have the rest.</summary>
public sealed class ConfigNamesTests : IDisposable
{
    private readonly ConfigFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("sbi/two_moons")]
    [InlineData("configs/sbi/two_moons.yaml")]
    [InlineData("sbi/two_moons.yaml")]
    [InlineData(@"sbi\two_moons.yaml")]
    public void AnExperimentThatComesWithTheProgramIsFoundWhereverItIsStarted(string name)
    {
        var location = ConfigNames.Locate(name, _folder.Path("."));
        Assert.Equal("two_moons", ExperimentFile.Load([location.File!], []).Name);
        Assert.EndsWith($" for '{name}'.", location.Note, StringComparison.Ordinal);
        Assert.Contains("sbi/two_moons", ConfigNames.Shipped);
        Assert.Contains("qm9", ConfigNames.All);
        Assert.DoesNotContain("two_moons", ConfigNames.All);
    }

    [Theory]
    [InlineData("two_moons")]
    [InlineData("moons")]
    [InlineData("i/two_moons")]
    [InlineData("./sbi/two_moons")]
    [InlineData("/sbi/two_moons")]
    [InlineData("../configs/sbi/two_moons.yaml")]
    public void OtherTextFindsNone(string name)
    {
        var location = ConfigNames.Locate(name, _folder.Path("."));
        Assert.Null(location.File);
        Assert.StartsWith("does not exist", location.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileThatIsThereComesFirst()
    {
        var own = _folder.Write("sbi/two_moons", ConfigFolder.Minimal);
        Assert.Equal(new ConfigLocation(own, null, null), ConfigNames.Locate("sbi/two_moons", _folder.Path("")));
    }

    [Fact]
    public void BasesHaveNamesAndTellThem()
    {
        var told = new List<string>();
        var file = _folder.Write("mine.yaml", "base: sbi/two_moons\nname: mine\n");
        var experiment = ExperimentFile.Load([file], [], new ConfigSurroundings { Tell = told.Add });
        Assert.Equal(("mine", "two_moons"), (experiment.Name, ((SbiData)experiment.Data).Task));
        Assert.EndsWith(" for 'sbi/two_moons'.", Assert.Single(told), StringComparison.Ordinal);
    }

    [Fact]
    public void StandardInputIsReadOnceAndToItsEnd()
    {
        ConfigSurroundings Input(string text) => new() { StandardInput = new MemoryStream(Encoding.UTF8.GetBytes(text)) };
        Assert.Equal("moons", ExperimentFile.Load(["-"], [], Input(ConfigFolder.Minimal)).Name);
        Assert.Equal("\uFEFFmoons"[1..], ExperimentFile.Load(["-"], [], Input("\uFEFF" + ConfigFolder.Minimal)).Name);
        string Problem(string text, params string[] files) =>
            Assert.Throws<ConfigurationException>(() => ExperimentFile.Load(files, [], Input(text))).Problems[0].ToString();
        Assert.StartsWith("standard input: expected keys such as name and data, found nothing", Problem("", "-"), StringComparison.Ordinal);
        Assert.StartsWith("standard input:1:1: expected keys such as name and data, found a list", Problem("[1]", "-"), StringComparison.Ordinal);
        Assert.StartsWith("standard input: is named twice", Problem(ConfigFolder.Minimal, "-", "-"), StringComparison.Ordinal);
        Assert.StartsWith("standard input: expected a configuration of at most 1024 KiB", Problem(new string('#', 1 << 21), "-"), StringComparison.Ordinal);

        // Where there is none, this is the name of a file.
        Assert.StartsWith("-: the file does not exist", Assert.Throws<ConfigurationException>(() => ExperimentFile.Load(["-"], [])).Message,
            StringComparison.Ordinal);
    }
}
