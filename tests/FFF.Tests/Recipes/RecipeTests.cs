using FFF.Recipes;
using Xunit;

namespace FFF.Tests.Recipes;

/// <summary>Settings for the shapes of data that they were thought out for.</summary>
public sealed class RecipeTests
{
    [Fact]
    public void AsManyStepsAsChangeSomething()
    {
        Assert.InRange(Steps(8_000, 2, 2), 23_000, 26_000);
        Assert.InRange(Steps(98_000, 5, 8), 38_000, 46_000);
        Assert.True(Recipe.Of(1_000_000, 5, 8).Epochs >= 5);
    }

    [Fact]
    public void FewRowsOfManyNumbersAreNotLearntByHeart()
    {
        var (few, many) = (Recipe.Of(800, 10, 100), Recipe.Of(800, 2, 2));
        Assert.InRange(few.Epochs, 80, 120);
        Assert.True(many.Epochs > 1_000);
        Assert.True(few.FinalBeta < many.FinalBeta);
        Assert.Contains("110 numbers", few.WhyEpochs, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, 40, null)]
    [InlineData(2, 41, 8)]
    [InlineData(20, 100, 20)]
    public void ManyConditionsAreSummarised(int dimension, int conditions, int? summary) =>
        Assert.Equal(summary, Recipe.Of(8_000, dimension, conditions).Summary);

    /// <summary>Whatever the shape, every setting is one that an experiment takes.</summary>
    [Fact]
    public void EveryShapeHasSettings()
    {
        foreach (var rows in new long[] { 2, 20, 300, 9_000, 10_000_000 })
        {
            foreach (var numbers in new[] { 1, 7, 300 })
            {
                var recipe = Recipe.Of(rows, numbers, 0);
                Assert.True(recipe is { Epochs: >= 1, ValidateEvery: >= 1, BatchSize: >= 16, Width: >= 64 } && recipe.Epochs >= recipe.ValidateEvery);
            }
        }
    }

    private static long Steps(long rows, int dimension, int conditions)
    {
        var recipe = Recipe.Of(rows, dimension, conditions);
        return rows / recipe.BatchSize * recipe.Epochs;
    }
}
