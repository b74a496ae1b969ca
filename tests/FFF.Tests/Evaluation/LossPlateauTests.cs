using FFF.Evaluation;
using Xunit;

namespace FFF.Tests.Evaluation;

public sealed class LossPlateauTests
{
    [Fact]
    public void StopsInTheEleventhEpochWithoutImprovement()
    {
        var plateau = new LossPlateau();
        Assert.False(plateau.Reached(1));
        Assert.All(Enumerable.Range(0, 10), _ => Assert.False(plateau.Reached(1)));
        Assert.True(plateau.Reached(1));
    }

    [Fact]
    public void CountsAnewAfterAnImprovementByTheTolerance()
    {
        var plateau = new LossPlateau();
        plateau.Reached(1);
        Assert.All(Enumerable.Range(0, 10), _ => Assert.False(plateau.Reached(2)));
        Assert.False(plateau.Reached(1 - 1.01e-4));
        Assert.All(Enumerable.Range(0, 10), _ => Assert.False(plateau.Reached(1)));
        Assert.True(plateau.Reached(1));
    }

    [Fact]
    public void ASlowDescentIsAPlateau()
    {
        // Each loss is the best so far, but none is 1e-4 below the one before.
        var plateau = new LossPlateau();
        var epochs = Enumerable.Range(0, 100).TakeWhile(epoch => !plateau.Reached(1 - (0.9e-4 * epoch))).Count();
        Assert.Equal(11, epochs);
    }
}
