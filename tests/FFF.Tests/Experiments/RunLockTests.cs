using System.Text.Json;
using FFF.Runs;
using FFF.Tests.Formats;
using FFF.Tests.Runs;
using Xunit;

namespace FFF.Tests.Experiments;

public sealed class RunLockTests : IDisposable
{
    /// <summary>More than any system gives to a process.</summary>
    private const int NoProcess = int.MaxValue;

    private readonly TemporaryFolder _root = new();
    private readonly RunFolder _folder;
    private readonly string _file;

    public RunLockTests()
    {
        _folder = RunFolder.Create(_root.Path, "moons");
        _file = Path.Combine(_folder.Path, RunLock.FileName);
    }

    public void Dispose() => _root.Dispose();

    [Fact]
    public void OneAtATimeHoldsItAndItsReleaseLeavesNothing()
    {
        using (var first = RunLock.Take(_folder))
        {
            Assert.Null(first.Predecessor);
            Assert.True(RunLock.IsHeld(_folder));
            var message = Assert.Throws<RunException>(() => RunLock.Take(_folder)).Message;
            Assert.Contains($"moons/v0001 is being trained by another process (process {Environment.ProcessId} on {Environment.MachineName}, started ",
                message);
        }

        Assert.False(File.Exists(_file));
        Assert.False(RunLock.IsHeld(_folder));
        using var second = RunLock.Take(_folder);
        Assert.Null(second.Predecessor);
    }

    [Fact]
    public void ManyThreadsTakeItInTurn()
    {
        const int Each = 20;
        var (inside, taken) = (0, 0);
        Together.Run(4, _ =>
        {
            for (var mine = 0; mine < Each;)
            {
                try
                {
                    using var held = RunLock.Take(_folder);
                    Assert.Equal(1, Interlocked.Increment(ref inside));
                    Interlocked.Decrement(ref inside);
                    Interlocked.Increment(ref taken);
                    mine++;
                }
                catch (RunException)
                {
                    Thread.Yield();
                }
            }
        });
        Assert.Equal(4 * Each, taken);
    }

    /// <summary>The owner was killed, or the number is another process's now.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AnOwnerThatEndedHereIsSucceeded(bool numberIsGivenAgain)
    {
        var owner = numberIsGivenAgain ? Here with { Started = Here.Started.AddHours(-1), Birth = null } : Here with { Process = NoProcess };
        Leave(owner);
        Assert.False(RunLock.IsHeld(_folder));
        using var taken = RunLock.Take(_folder);
        Assert.Equal(owner, taken.Predecessor);
    }

    /// <summary>As in a container that is started again at once: the same number, some seconds later.</summary>
    [Fact(Skip = "Linux tells when a process was born", SkipUnless = nameof(TellsBirths))]
    public void AnOwnerWhoseNumberIsGivenAgainWithinSecondsIsSucceeded()
    {
        var owner = Here with { Started = Here.Started.AddSeconds(-3), Birth = Here.Birth![..^1] + (Here.Birth[^1] == '0' ? '1' : '0') };
        Leave(owner);
        Assert.False(RunLock.IsHeld(_folder));
        using (var taken = RunLock.Take(_folder))
        {
            Assert.Equal(owner, taken.Predecessor);
        }

        // Clocks that are set do not make an owner another one.
        Leave(Here with { Started = Here.Started.AddHours(5) });
        Assert.True(RunLock.IsHeld(_folder));
    }

    /// <summary>As from another container, whose processes have no numbers here, and whose clock is another.</summary>
    [Fact]
    public void AFileThatTheSystemHasLockedIsHeldWhomeverItNames()
    {
        using (var held = new FileStream(_file, FileMode.OpenOrCreate, FileAccess.ReadWrite,
            OperatingSystem.IsWindows() ? FileShare.Read | FileShare.Delete : FileShare.None))
        {
            JsonSerializer.Serialize(held, Here with { Process = NoProcess }, LockJson.Default.LockOwner);
            held.Flush();
            File.SetLastWriteTimeUtc(held.SafeFileHandle, DateTime.UtcNow.AddDays(-1));
            Assert.True(RunLock.IsHeld(_folder));
            Assert.Throws<RunException>(() => RunLock.Take(_folder));
            ManifestTests.Example().Write(_folder.ManifestFile);
            Assert.Throws<RunException>(() => RunPruning.Remove(_folder));
            Assert.True(File.Exists(_folder.ManifestFile));
        }

        Assert.False(RunLock.IsHeld(_folder));
    }

    /// <summary>Whoever asks all the time is not in the way of who takes it.</summary>
    [Fact]
    public void AskingIsInNobodysWay()
    {
        using var stop = new ManualResetEventSlim();
        Leave(Here with { Process = NoProcess });
        Together.Run(3, party =>
        {
            if (party > 0)
            {
                while (!stop.IsSet)
                {
                    RunLock.IsHeld(_folder);
                }

                return;
            }

            try
            {
                for (var i = 0; i < 100; i++)
                {
                    RunLock.Take(_folder).Dispose();
                    Leave(Here with { Process = NoProcess });
                }
            }
            finally
            {
                stop.Set();
            }
        });
    }

    public static bool TellsBirths => OperatingSystem.IsLinux();

    /// <summary>As on file systems without locks: nothing but the file's content tells of the owner.</summary>
    [Fact]
    public void AnOwnerThatRunsHereIsRespected()
    {
        Leave(Here);
        Assert.True(RunLock.IsHeld(_folder));
        Assert.Throws<RunException>(() => RunLock.Take(_folder));
        Assert.True(File.Exists(_file));
    }

    [Fact]
    public void AnOwnerElsewhereThatFellSilentIsSucceeded()
    {
        Leave(Here with { Host = "elsewhere" });
        Assert.True(RunLock.IsHeld(_folder));

        File.SetLastWriteTimeUtc(_file, DateTime.UtcNow - RunLock.Silence - TimeSpan.FromSeconds(1));
        Assert.False(RunLock.IsHeld(_folder));
    }

    [Fact]
    public void AnOwnerElsewhereThatRenewsItIsRespected()
    {
        Leave(Here with { Host = "elsewhere" });
        using var stop = new ManualResetEventSlim();
        Together.Run(2, party =>
        {
            if (party == 1)
            {
                while (!stop.Wait(100))
                {
                    File.SetLastWriteTimeUtc(_file, DateTime.UtcNow);
                }

                return;
            }

            try
            {
                Assert.Contains("on elsewhere", Assert.Throws<RunException>(() => RunLock.Take(_folder)).Message);
            }
            finally
            {
                stop.Set();
            }
        });
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"host": null, "process": 1, "started": "2026-01-01T00:00:00Z", "token": ""}""")]
    public void AFileThatNamesNobodyIsNobodys(string text)
    {
        File.WriteAllText(_file, text);
        using var taken = RunLock.Take(_folder);
        Assert.Null(taken.Predecessor);
    }

    private static LockOwner Here { get; } = LockOwner.This();

    private void Leave(LockOwner owner) => File.WriteAllText(_file, JsonSerializer.Serialize(owner, LockJson.Default.LockOwner));
}
