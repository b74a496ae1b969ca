namespace FFF.Formats;

/// <summary>Failures by files, for those that go on without one.</summary>
internal static class FileFailure
{
    /// <summary>Whether it is one: of the operating system, or as this library tells it.</summary>
    public static bool Is(Exception e) => e is IOException or UnauthorizedAccessException or FileReadException or FileWriteException;
}
