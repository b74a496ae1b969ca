using FFF.Configuration;
using Xunit;

namespace FFF.Tests.Configuration;

public sealed class ObservationListTests
{
    [Theory]
    [InlineData("1-10", new[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 })]
    [InlineData("1,3,5", new[] { 1, 3, 5 })]
    [InlineData("7", new[] { 7 })]
    [InlineData(" 9 - 10 , 2-3,3 ", new[] { 2, 3, 9, 10 })]
    public void NumbersAndRangesAreListedInOrder(string text, int[] expected) => Assert.Equal(expected, ObservationList.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("11")]
    [InlineData("1-11")]
    [InlineData("3-1")]
    [InlineData("1,,2")]
    [InlineData("1-")]
    [InlineData("-1")]
    [InlineData("1-2-3")]
    [InlineData("all")]
    [InlineData("99999999999")]
    [InlineData("٣")]
    public void AnythingElseIsRefused(string text) =>
        Assert.Contains("expected observations from 1 to 10", Assert.Throws<FormatException>(() => ObservationList.Parse(text)).Message,
            StringComparison.Ordinal);
}
