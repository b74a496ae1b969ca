using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using FFF.Formats;

namespace FFF.Runs;

/// <summary>The process that holds a run's lock, as the lock's file tells of it.</summary>
/// <param name="Host">The machine's name.</param>
/// <param name="Process">The process's number there.</param>
/// <param name="Started">When the process started: numbers are given again.</param>
/// <param name="Token">A random text that tells this lock from all others.</param>
/// <param name="Birth">
/// The same, so exactly that a number which is given again within seconds is noticed (<see cref="ProcessBirth"/>); null where the system does not tell.
/// </param>
internal sealed record LockOwner(string Host, int Process, DateTimeOffset Started, string Token, string? Birth = null)
{
    /// <summary>A file longer than this was not written here.</summary>
    private const int LongestFile = 4096;

    /// <summary>Systems tell a start's time to within this, as their clocks are set now and then.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(10);

    /// <summary>This process, with a new token.</summary>
    public static LockOwner This()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return new LockOwner(Environment.MachineName, process.Id, process.StartTime, Guid.NewGuid().ToString("N"), ProcessBirth.Of(process.Id));
    }

    /// <summary>Reads it; null where the file is empty or is no lock's, as where its writer was ended at once.</summary>
    public static LockOwner? Read(Stream file)
    {
        try
        {
            var bytes = new byte[LongestFile];
            return JsonSerializer.Deserialize(bytes.AsSpan(0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)), LockJson.Default.LockOwner);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Reads the file of this name, which its owner has locked; null also where it cannot be read.</summary>
    public static LockOwner? Read(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                using var shared = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                return Read(shared);
            }

            using var handle = UnixFile.OpenUnlocked(path);
            if (handle.IsInvalid)
            {
                return null;
            }

            using var file = new FileStream(handle, FileAccess.Read);
            return Read(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Writes it.</summary>
    public void Write(FileStream file)
    {
        file.SetLength(0);
        file.Position = 0;
        JsonSerializer.Serialize(file, this, LockJson.Default.LockOwner);
        DiskFlush.Content(file);
    }

    /// <summary>Whether the process is on this machine, where the system knows whether it runs.</summary>
    public bool IsHere => Host == Environment.MachineName;

    /// <summary>Whether the process, which is on this machine, still runs.</summary>
    public bool Runs()
    {
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(Process);
            return !process.HasExited
                && (Birth is not null && ProcessBirth.Of(Process) is { } birth ? birth == Birth : (process.StartTime - Started).Duration() < Tolerance);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"process {Process} on {Host}, started {Started.ToLocalTime():yyyy-MM-dd HH:mm}");
}

/// <summary>JSON without reflection, which starts faster.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(LockOwner))]
internal sealed partial class LockJson : JsonSerializerContext;
