namespace FFF.Tests.Formats;

/// <summary>A folder that lives as long as a test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("fff-test-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string WithText(string name, string text)
    {
        File.WriteAllText(this[name], text);
        return this[name];
    }

    public string WithBytes(string name, byte[] bytes)
    {
        File.WriteAllBytes(this[name], bytes);
        return this[name];
    }

    /// <summary>The names of the files in it, hidden ones too.</summary>
    public string[] Files() => [.. Directory.GetFiles(Path).Select(f => System.IO.Path.GetFileName(f)).Order()];

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
