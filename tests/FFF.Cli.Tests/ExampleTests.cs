using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace FFF.Cli.Tests;

/// <summary>The examples, built with the tests, do what they say.</summary>
public sealed class ExampleTests
{
    [Fact]
    public async Task ADensityIsFittedInAProgram()
    {
        using var place = new Workplace();
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", [Sources.Example("Density")]) { WorkingDirectory = place.Path, RedirectStandardOutput = true })!;
        var text = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        Assert.Equal(5, Regex.Count(text, @"\[ ?-?\d[^\]]*\]"));

        // The spiral has no area but that of its noise: its density is high where it runs.
        var density = Regex.Match(text, @"log p\([^)]*\) = (-?[\d.]+)").Groups[1].Value;
        Assert.InRange(double.Parse(density, System.Globalization.CultureInfo.InvariantCulture), -3, 3);
        Assert.True(File.Exists(place["spiral.safetensors"]));
    }
}
