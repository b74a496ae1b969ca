using FFF.Runs;
using FFF.Tests.Formats;
using Xunit;

namespace FFF.Tests.Runs;

public sealed class RunPruningTests : IDisposable
{
    private readonly TemporaryFolder _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void WhatAKilledRemovalLeftIsRemovedAndNothingElse()
    {
        var kept = RunFolder.Create(_root.Path, "moons");
        ManifestTests.Example().Write(kept.ManifestFile);
        Directory.CreateDirectory(_root["moons/.pruned-v0002-0123/checkpoints"]);
        File.WriteAllText(_root["moons/.pruned-v0002-0123/checkpoints/last.safetensors"], "half");
        Directory.CreateDirectory(_root["rings/.pruned-v0001-4567"]);

        RunPruning.RemoveLeftovers(_root.Path);
        Assert.Equal(kept.Path, Assert.Single(Directory.GetFileSystemEntries(_root["moons"])));
        Assert.False(Directory.Exists(_root["rings"]));
        Assert.True(File.Exists(kept.ManifestFile));
    }

    [Fact]
    public void ARunIsRemovedWithItsLock()
    {
        var folder = RunFolder.Create(_root.Path, "moons");
        ManifestTests.Example().Write(folder.ManifestFile);
        RunPruning.Remove(folder);
        Assert.Empty(Directory.GetFileSystemEntries(_root.Path));
    }
}
