using FFF.Formats;
using Xunit;

namespace FFF.Tests.Formats;

public sealed class NumberTextTests
{
    [Theory]
    [InlineData(-28.3671, "-28.367")]
    [InlineData(1234567.8, "1234567.800")]
    [InlineData(1.7471385367e28, "1.747E+28")]
    [InlineData(-2e9, "-2E+09")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    public void FixedDigitsEndWhereNobodyCountsThem(double number, string text) => Assert.Equal(text, NumberText.Fixed(number, 3));

    [Theory]
    [InlineData(0.04213, "0.0421")]
    [InlineData(28_512, "28,500")]
    [InlineData(1.2345e12, "1.23E+12")]
    public void ThreeDigitsAreSignificant(double number, string text) => Assert.Equal(text, NumberText.Significant(number));
}
