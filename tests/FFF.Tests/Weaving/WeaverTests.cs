using System.Reflection;
using System.Runtime.Loader;
using FFF.Build;
using FFF.Weaving.Samples;
using Mono.Cecil;
using TorchSharp;
using Xunit;

namespace FFF.Tests.Weaving;

/// <summary>
/// Objects whose addresses native code has, with a collection in the midst of the call: freed there as the compiler made
/// the code, kept as it was woven.
/// </summary>
public sealed class WeaverTests
{
    public static TheoryData<string> Ways => [.. typeof(Kept).GetMethods(BindingFlags.Public | BindingFlags.Static).Select(method => method.Name)];

    public static TheoryData<string> RefusedWays =>
        [nameof(Refused.Returned), nameof(Refused.Collected_in_a_loop), nameof(Refused.Made_by_a_function), nameof(Refused.Counted), nameof(Refused.Stored)];

    [Theory]
    [MemberData(nameof(Ways))]
    public void WhatNativeCodeReadsIsKept(string way)
    {
        Assert.NotEqual(0, FreedTooEarly(File.ReadAllBytes(typeof(Kept).Assembly.Location), way));
        Assert.Equal(0, FreedTooEarly(Woven(), way));
    }

    [Theory]
    [MemberData(nameof(RefusedWays))]
    public void WhatCannotBeKeptEndsTheBuild(string way)
    {
        using var module = ModuleDefinition.ReadModule(typeof(Kept).Assembly.Location);
        var refusal = Assert.Throws<WeavingException>(() => Weaver.Weave(module));
        Assert.Contains(refusal.Doubts, doubt => doubt.Contains(way, StringComparison.Ordinal));
        Assert.DoesNotContain(refusal.Doubts, doubt => doubt.Contains(nameof(Kept), StringComparison.Ordinal));
    }

    [Fact]
    public void TorchSharpTakesOutNoAddressThatItDoesNotKeep()
    {
        using var module = ModuleDefinition.ReadModule(typeof(torch).Assembly.Location);
        var (kept, lost) = Count(module);
        Assert.Equal([], lost);
        Assert.True(kept > 1500, $"{kept} places");

        using var asCompiled = ModuleDefinition.ReadModule(typeof(Kept).Assembly.Location);
        Assert.NotEqual([], Count(asCompiled).Lost);
    }

    private static (int Kept, IReadOnlyList<string> Lost) Count(ModuleDefinition module)
    {
        var reads = module.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody)
            .SelectMany(method => AddressReads.Of(method.Body).Select(read => (Place: $"{method.FullName}: {read.At}", IsKept: Keeping.IsKept(method, read))))
            .ToLookup(read => read.IsKept, read => read.Place);
        return (reads[true].Count(), [.. reads[false]]);
    }

    private static byte[] Woven()
    {
        using var module = ModuleDefinition.ReadModule(typeof(Kept).Assembly.Location);
        module.Types.Remove(module.GetType(typeof(Refused).FullName));
        Weaver.Weave(module);
        using var written = new MemoryStream();
        module.Write(written);
        return written.ToArray();
    }

    private static int FreedTooEarly(byte[] assembly, string way)
    {
        var context = new AssemblyLoadContext("samples", isCollectible: true);
        try
        {
            var loaded = context.LoadFromStream(new MemoryStream(assembly));
            var owner = loaded.GetType(typeof(Owner).FullName!)!;
            owner.GetMethod(nameof(Owner.Reset))!.Invoke(null, null);
            loaded.GetType(typeof(Kept).FullName!)!.GetMethod(way)!.Invoke(null, null);
            return (int)owner.GetProperty(nameof(Owner.FreedTooEarly))!.GetValue(null)!;
        }
        finally
        {
            context.Unload();
        }
    }
}
