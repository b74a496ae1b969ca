namespace FFF.Tests.Datasets.Particles;

/// <summary>The systems' pair potentials by r², written down once more.</summary>
internal static class PairPotentials
{
    public static double DoubleWell(double squared)
    {
        var offset = Math.Sqrt(squared) - 4;
        return 0.9 * Math.Pow(offset, 4) - 4 * offset * offset;
    }

    public static double LennardJones(double squared)
    {
        var inverse = 1 / (squared * squared * squared);
        return inverse * inverse - 2 * inverse;
    }
}
