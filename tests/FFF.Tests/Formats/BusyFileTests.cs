using System.Diagnostics;
using FFF.Formats;
using Xunit;

namespace FFF.Tests.Formats;

public sealed class BusyFileTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0x80070020)]
    [InlineData(0x80070021)]
    [InlineData(0x80070091)]
    [InlineData(0x8007012f)]
    [InlineData(0x800704c8)]
    public void TriesUntilOthersLetGo(uint code)
    {
        var attempts = 0;
        BusyFile.Wait(
            () =>
            {
                if (++attempts < 5)
                {
                    throw new IOException("in use", unchecked((int)code));
                }
            },
            BusyFile.IsBusy, Long);

        Assert.Equal(5, attempts);
    }

    [Fact]
    public void WaitsForWhatIsDeniedToo()
    {
        var attempts = 0;
        BusyFile.Wait(() => _ = ++attempts < 3 ? throw new UnauthorizedAccessException() : attempts, BusyFile.IsBusy, Long);

        Assert.Equal(3, attempts);
    }

    [Fact]
    public void GivesUpInTimeAndSaysWhatToDo()
    {
        var clock = Stopwatch.StartNew();
        var e = Assert.Throws<IOException>(() => BusyFile.Wait(() => throw new IOException("it is in use.", unchecked((int)0x80070020)), BusyFile.IsBusy,
            TimeSpan.FromSeconds(0.3)));

        Assert.InRange(clock.Elapsed.TotalSeconds, 0.3, 30);
        Assert.Equal("it is in use; it stayed so for 0.3 s. Close the program that has it open", e.Message);
    }

    [Fact]
    public void OtherFailuresPassAtOnce()
    {
        var attempts = 0;
        Assert.Throws<FileNotFoundException>(() => BusyFile.Wait(() => _ = ++attempts > 0 ? throw new FileNotFoundException() : 0, BusyFile.IsBusy, Long));
        Assert.Throws<InvalidOperationException>(() => BusyFile.Wait(() => _ = ++attempts > 0 ? throw new InvalidOperationException() : 0,
            BusyFile.IsBusy, Long));
        Assert.Throws<IOException>(() => BusyFile.Wait(() => _ = ++attempts > 0 ? throw new IOException("the disk is full", unchecked((int)0x80070070)) : 0,
            BusyFile.IsBusy, Long));

        Assert.Equal(3, attempts);
    }

    [Fact]
    public void OnUnixAReaderIsInNoWritersWay()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There a reader who stays is in the way, and is waited for.");
        AtomicFile.WriteText(_folder["a.txt"], "old");
        using var held = InputFile.Open(_folder["a.txt"]);
        using var reader = new StreamReader(held);

        AtomicFile.WriteText(_folder["a.txt"], "new");

        Assert.Equal(("old", "new"), (reader.ReadToEnd(), InputFile.ReadText(_folder["a.txt"])));
        Assert.Equal("new"u8, InputFile.ReadBytes(_folder["a.txt"]));
    }

    [Fact]
    public async Task OnWindowsAWriterWaitsForWhoeverSharesNothing()
    {
        Assert.SkipUnless(OperatingSystem.IsWindows(), "Elsewhere open files can be replaced.");
        AtomicFile.WriteText(_folder["a.txt"], "old");
        var held = new FileStream(_folder["a.txt"], FileMode.Open, FileAccess.Read, FileShare.None);
        var release = Task.Run(async () =>
        {
            await Task.Delay(500, TestContext.Current.CancellationToken);
            held.Dispose();
        }, TestContext.Current.CancellationToken);

        AtomicFile.WriteText(_folder["a.txt"], "new");
        await release;

        Assert.Equal("new", InputFile.ReadText(_folder["a.txt"]));
        Assert.Equal(["a.txt"], _folder.Files());
    }
}
