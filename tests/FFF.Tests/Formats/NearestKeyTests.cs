using FFF.Formats;
using Xunit;

namespace FFF.Tests.Formats;

public sealed class NearestKeyTests
{
    /// <summary>The order of random words is that of the distance by its recursive definition, those of equal distance in the order given.</summary>
    [Fact]
    public void NearestIsWhatTakesFewestEdits()
    {
        var random = new Random(1);
        for (var repeat = 0; repeat < 60; repeat++)
        {
            string[] words = [.. Enumerable.Range(0, 12).Select(_ => Word())];
            var text = Word();
            Assert.Equal(words.OrderBy(word => Distance(text, word)), NearestKey.InOrder(text, words));
            if (NearestKey.Of(text, words) is { } near)
            {
                Assert.Equal(words.Min(word => Distance(text, word)), Distance(text, near));
            }
        }

        string Word() => string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => "abc"[random.Next(3)]));
    }

    [Fact]
    public void CaseDoesNotCount() => Assert.Equal("Batch_Size", NearestKey.Of("BATCH_SIZE", ["match_site", "Batch_Size"]));

    /// <summary>Of a long text the first 100 characters are compared.</summary>
    [Fact]
    public void LongTextsAreComparedByTheirBeginning()
    {
        var begin = new string('x', 99);
        Assert.Equal($"{begin}yzz", NearestKey.InOrder($"{begin}y{new string('q', 1_000_000)}", [$"{begin}zzz", $"{begin}yzz"]).First());
        Assert.Equal("first", NearestKey.InOrder($"{begin}x{new string('q', 50)}", ["first", "qqqqq"]).First());
    }

    [Theory]
    [InlineData("zz", null, "a", "b")]
    [InlineData("b", null, "a")]
    [InlineData("frobnicate", null, "init", "train")]
    [InlineData("aa", "a", "a")]
    [InlineData("trian", "train", "init", "train")]
    [InlineData("beta", "method.objective.beta", "seed", "method.objective.beta")]
    public void WhatIsFarIsNotSuggested(string text, string? expected, params string[] candidates)
    {
        Assert.Equal(expected, NearestKey.Of(text, candidates));
        Assert.Equal(expected is null ? "" : $" Did you mean '{expected}'?", NearestKey.Question(text, candidates));
        Assert.Equal(expected is null ? "" : $"; did you mean '{expected}'?", NearestKey.Clause(text, candidates));
    }

    private static int Distance(string a, string b)
    {
        if (a.Length == 0 || b.Length == 0)
        {
            return a.Length + b.Length;
        }

        var least = Math.Min(Math.Min(Distance(a[1..], b), Distance(a, b[1..])) + 1, Distance(a[1..], b[1..]) + (a[0] == b[0] ? 0 : 1));
        return a.Length > 1 && b.Length > 1 && a[0] == b[1] && a[1] == b[0] ? Math.Min(least, Distance(a[2..], b[2..]) + 1) : least;
    }
}
