using FFF.Paper;
using Xunit;

namespace FFF.Tests.Paper;

/// <summary>The table of particle systems has the literature's convention, as its heading says.</summary>
public sealed class BoltzmannPartTests
{
    /// <summary>½ (N − 1) d log 2π is 5.514 for DW4, 33.082 for LJ13 and 148.868 for LJ55.</summary>
    [Theory]
    [InlineData("dw4", 7.22, 1.706)]
    [InlineData("lj13", 17.15, -15.932)]
    [InlineData("lj55", 58.43, -90.438)]
    public void LikelihoodsAreWithoutTheConstant(string system, double normalised, double expected) =>
        Assert.Equal(expected, BoltzmannPart.WithoutConstant(system, normalised), 1e-3);
}
