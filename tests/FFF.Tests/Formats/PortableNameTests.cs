using FFF.Formats;
using Xunit;

namespace FFF.Tests.Formats;

public sealed class PortableNameTests
{
    [Theory]
    [InlineData("con")]
    [InlineData("CON")]
    [InlineData("nul.npy")]
    [InlineData("Aux.tar.gz")]
    [InlineData("prn .txt")]
    [InlineData("com1")]
    [InlineData("com0.x")]
    [InlineData("COM³")]
    [InlineData("lpt9.csv")]
    [InlineData("conin$")]
    [InlineData("nul:stream")]
    public void DevicesAreRefusedWithAnyEnding(string name)
    {
        Assert.True(PortableName.IsDevice(name));
        Assert.Contains("for a device", PortableName.Problem(name), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("console")]
    [InlineData("com")]
    [InlineData("com10")]
    [InlineData("my.con")]
    [InlineData("null")]
    [InlineData("lpt")]
    [InlineData("größe 1.npy")]
    public void OtherNamesAreNot(string name)
    {
        Assert.False(PortableName.IsDevice(name));
        Assert.Null(PortableName.Problem(name));
    }

    [Theory]
    [InlineData("a:b.npy", "':'")]
    [InlineData("a?.npy", "'?'")]
    [InlineData("a\\b", "'\\'")]
    [InlineData("a\0b", "control characters")]
    [InlineData("a\nb", "control characters")]
    [InlineData("a.", "end with")]
    [InlineData("a ", "end with")]
    public void WhatWindowsTakesAmissIsNamed(string name, string problem) => Assert.Contains(problem, PortableName.Problem(name), StringComparison.Ordinal);
}
