using FFF.Formats;
using Xunit;

namespace FFF.Tests.Formats;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        DiskFlush.Answer.Value = null;
        _folder.Dispose();
    }

    [Fact]
    public void ReplacesTheFileAndLeavesNothingElse()
    {
        AtomicFile.WriteText(_folder["a.txt"], "old");
        AtomicFile.WriteText(_folder["a.txt"], "new ü");

        Assert.Equal("new ü"u8, File.ReadAllBytes(_folder["a.txt"]));
        Assert.Equal(["a.txt"], _folder.Files());
    }

    [Fact]
    public void KeepsTheOldFileWhenWritingFails()
    {
        AtomicFile.WriteText(_folder["a.txt"], "old");

        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(_folder["a.txt"], stream =>
        {
            stream.Write("half"u8);
            stream.Flush();
            throw new InvalidOperationException();
        }));

        Assert.Equal("old", File.ReadAllText(_folder["a.txt"]));
        Assert.Equal(["a.txt"], _folder.Files());
    }

    [Fact]
    public void KeepsWhatCannotBeReplaced()
    {
        Directory.CreateDirectory(_folder["folder"]);

        var e = Assert.Throws<FileWriteException>(() => AtomicFile.WriteText(_folder["folder"], "text"));

        Assert.Contains(_folder["folder"], e.Message);
        Assert.True(Directory.Exists(_folder["folder"]));
        Assert.Empty(_folder.Files());
    }

    [Fact]
    public void NamesAMissingFolder()
    {
        var path = Path.Combine(_folder["missing"], "a.txt");

        var e = Assert.Throws<FileWriteException>(() => AtomicFile.WriteText(path, "text"));

        Assert.Contains(path, e.Message);
        Assert.Contains($"Check that '{_folder["missing"]}'", e.Message);
    }

    [Fact]
    public void ReportsAFullDisk()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev/full is a device of Linux.");

        var e = Assert.Throws<FileWriteException>(() => AtomicFile.WriteText("/dev/full", "text"));

        Assert.Contains("No space left", e.Message);
    }

    [Fact]
    public void PassesOnWhatTheContentCannotRead()
    {
        var e = Assert.Throws<FileReadException>(() => AtomicFile.Write(_folder["copy"], stream =>
            stream.Write(File.Exists(_folder["source"]) ? [] : throw new FileReadException(_folder["source"], "there is no such file."))));

        Assert.Equal(_folder["source"], e.File);
        Assert.Empty(_folder.Files());
    }

    /// <summary>A disk over its quota may say so only when it is asked to keep what it was given.</summary>
    [Fact]
    public void ReportsADiskThatDoesNotKeepWhatItTook()
    {
        const int QuotaExceeded = 122;
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The error's number is that of Linux.");
        AtomicFile.WriteText(_folder["a.txt"], "old");
        DiskFlush.Answer.Value = _ => QuotaExceeded;

        var e = Assert.Throws<FileWriteException>(() => AtomicFile.WriteText(_folder["a.txt"], "new"));

        Assert.Contains("quota", e.Message);
        Assert.Equal("old", File.ReadAllText(_folder["a.txt"]));
        Assert.Equal(["a.txt"], _folder.Files());
    }

    /// <summary>The content before the rename, and the name after it; a file system that cannot flush is no error.</summary>
    [Fact]
    public void WaitsForContentAndName()
    {
        const int Invalid = 22;
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows keeps names by itself.");
        var seen = new List<string>();
        DiskFlush.Answer.Value = _ =>
        {
            seen.Add(File.Exists(_folder["a.txt"]) ? "name" : "content");
            return Invalid;
        };

        AtomicFile.WriteText(_folder["a.txt"], "text");

        Assert.Equal(["content", "name"], seen);
    }

    [Fact]
    public async Task WritesIntoANamedPipe()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Pipes of Windows are no files.");
        using (var make = System.Diagnostics.Process.Start("mkfifo", _folder["pipe"]))
        {
            await make.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var read = Task.Run(() => File.ReadAllText(_folder["pipe"]), TestContext.Current.CancellationToken);
        AtomicFile.WriteText(_folder["pipe"], "through");

        Assert.Equal("through", await read.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.Equal(["pipe"], _folder.Files());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ALinkStaysAndItsTargetIsWritten(bool exists)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege there.");
        Directory.CreateDirectory(_folder["elsewhere"]);
        var target = Path.Combine(_folder["elsewhere"], "target");
        if (exists)
        {
            File.WriteAllText(target, "old");
        }

        File.CreateSymbolicLink(_folder["second"], target);
        File.CreateSymbolicLink(_folder["first"], "second");
        AtomicFile.WriteText(_folder["first"], "new");

        Assert.Equal("second", new FileInfo(_folder["first"]).LinkTarget);
        Assert.Equal("new", File.ReadAllText(target));
        Assert.Null(new FileInfo(target).LinkTarget);
    }

    [Fact]
    public void KeepsThePermissionsOfWhatItReplaces()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Permissions are those of Unix.");
            return;
        }

        File.WriteAllText(_folder["secret"], "old");
        File.SetUnixFileMode(_folder["secret"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        AtomicFile.WriteText(_folder["secret"], "new");

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["secret"]));
        Assert.Equal("new", File.ReadAllText(_folder["secret"]));
    }
}
