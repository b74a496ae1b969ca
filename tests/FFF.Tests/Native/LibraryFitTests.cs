using System.Runtime.InteropServices;
using FFF.Native;
using Xunit;

namespace FFF.Tests.Native;

/// <summary>Whether a library finds what it calls.</summary>
public sealed class LibraryFitTests
{
    [Fact]
    public void OursFindsAllInOurLibtorch()
    {
        var fit = LibraryFit.OfLoaded();
        Assert.Empty(fit.Missing);
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems check it themselves.");
        Assert.True(fit.Imports > 1000);
    }

    [Fact]
    public void WhatIsNotThereIsNamed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The libraries of other systems are none of ELF.");
        var image = File.ReadAllBytes(Libtorch.Load().Wrapper);
        var elf = new ElfImage(image);
        var symbol = elf.Symbols().First(symbol => symbol is { IsImport: true, IsWeak: false } && symbol.Name.StartsWith("_ZN2at", StringComparison.Ordinal));
        elf.Rename(symbol, "_ZN2atNowhere");
        Assert.Equal(["_ZN2atNowhere"], LibraryFit.Of(image, NativeLibrary.Load(Libtorch.Load().Wrapper)).Missing);
    }

    [Fact]
    public void WhatIsNoLibraryIsRefused()
    {
        Assert.Throws<InvalidDataException>(() => new ElfImage([1, 2, 3]));
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The libraries of other systems are none of ELF.");
        Assert.Throws<InvalidDataException>(() => new ElfImage(File.ReadAllBytes(Libtorch.Load().Wrapper)[..4096]).Symbols());
    }
}
