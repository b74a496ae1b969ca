using FFF.Formats;
using Xunit;

namespace FFF.Tests.Formats;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

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
}
