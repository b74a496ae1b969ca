using FFF.Evaluation.Calibration;
using Xunit;

namespace FFF.Tests.Evaluation.Calibration;

public sealed class VerdictTests
{
    /// <summary>Four tests of each parameter and one of the whole posterior share the error of 5 %.</summary>
    [Theory]
    [InlineData(1, 0.01)]
    [InlineData(3, 0.05 / 13)]
    public void AllTestsShareOneError(int parameters, double each) => Assert.Equal(each, Verdict.ErrorOfEach(parameters), 1e-15);
}
