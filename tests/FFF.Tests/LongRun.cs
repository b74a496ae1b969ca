using Xunit;

namespace FFF.Tests;

/// <summary>What takes long, and runs whole with FFF_TEST_LONG=1 alone.</summary>
internal static class LongRun
{
    /// <summary>Whether it was asked for.</summary>
    public static bool IsWanted => Environment.GetEnvironmentVariable("FFF_TEST_LONG") == "1";

    /// <summary>How often something is tried: usually, and in a long run.</summary>
    public static int Times(int usual, int many) => IsWanted ? many : usual;

    /// <summary>Skips what belongs to long runs only.</summary>
    /// <param name="isLong">Whether this case is one of them.</param>
    public static void Only(bool isLong = true) => Assert.SkipUnless(IsWanted || !isLong, "Takes long: FFF_TEST_LONG=1 asks for it.");
}
