using FFF.Flows.Molecules;
using FFF.Randomness;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Flows.Molecules;

public sealed class AtomCellsTests
{
    /// <summary>The determinants against Jacobians by automatic differentiation, one atom at a time.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void TheDeterminantsAreThoseOfTheJacobians(int types)
    {
        var random = new RandomStream(1);
        for (var type = 0; type < types; type++)
        {
            var oneHot = nn.functional.one_hot(tensor((long)type), types).to(float64);
            var u = (3 * random.Normal([types], float64)).requires_grad_();
            var (v, logDet) = AtomCells.OfTypes(oneHot, u);
            Assert.Equal(linalg.slogdet(Jacobian(v, u)).Item2.item<double>(), logDet.item<double>(), 1e-10);
        }

        var noise = (3 * random.Normal([1], float64)).requires_grad_();
        var (charge, chargeLogDet) = AtomCells.OfCharges(tensor(new[] { 7.0 }), noise, 4);
        Assert.Equal(Math.Log(Jacobian(charge, noise).item<double>()), chargeLogDet.item<double>(), 1e-10);
    }

    /// <summary>In single precision too, for noise as far out as it gets, and however it is scaled.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(3.7)]
    public void RoundingFindsBackWhatItWas(double scale)
    {
        var random = new RandomStream(2);
        foreach (var spread in new[] { 0.1, 1, 10, 60 })
        {
            var types = random.Integers(0, 5, [4000]);
            var oneHot = nn.functional.one_hot(types, 5).to(float32);
            Check.Close(AtomCells.Type(AtomCells.OfTypes(oneHot, (float)spread * random.Normal([4000, 5])).V), types, 0);
            var charges = random.Integers(1, 54, [4000, 1]).to(float32);
            var v = AtomCells.OfCharges(charges, (float)spread * random.Normal([4000, 1]), scale).V;
            Check.Close(AtomCells.Charge(v, scale), charges, 0);
        }
    }

    private static Tensor Jacobian(Tensor y, Tensor x) =>
        stack([.. Enumerable.Range(0, (int)y.shape[0]).Select(i => autograd.grad([y[i]], [x], retain_graph: true)[0])], 0);
}
