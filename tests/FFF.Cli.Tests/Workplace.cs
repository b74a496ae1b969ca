using System.Diagnostics;
using System.Text;

namespace FFF.Cli.Tests;

/// <summary>How the program ended.</summary>
internal sealed record Outcome(int Code, string Out, string Error)
{
    public string LastLine => Out.TrimEnd().Split('\n')[^1];
}

/// <summary>A folder of its own, in which the real program is started as users do.</summary>
internal sealed class Workplace : IDisposable
{
    private static readonly string ProgramFile = System.IO.Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "fff.exe" : "fff");

    private static readonly string Cache = TestCache();

    public string Path { get; } = Directory.CreateTempSubdirectory("fff-cli-test-").FullName;

    /// <summary>A file or folder in it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a text file, and its folder where it is not there.</summary>
    public string Write(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], text);
        return name;
    }

    /// <summary>Everything in it, hidden files too.</summary>
    public string[] Entries() =>
        [.. Directory.EnumerateFileSystemEntries(Path, "*", SearchOption.AllDirectories).Select(entry => System.IO.Path.GetRelativePath(Path, entry))
            .Order(StringComparer.Ordinal)];

    /// <summary>Copies a folder into it.</summary>
    public void CopyFrom(string folder, string name)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            var target = System.IO.Path.Combine(this[name], System.IO.Path.GetRelativePath(folder, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    /// <summary>Runs the program to its end.</summary>
    public Outcome Run(params string[] args) => Run([], args);

    /// <summary>Runs the program to its end with environment variables.</summary>
    public Outcome Run((string Name, string Value)[] environment, string[] args)
    {
        using var started = Start(environment, args);
        return started.End();
    }

    /// <summary>Starts the program.</summary>
    public Started Start((string Name, string Value)[] environment, string[] args) => new(Process.Start(StartInfo(environment, args))!);

    /// <summary>Starts the program by another one, such as nohup.</summary>
    public Started StartBy(string other, params string[] args) => new(Process.Start(StartInfo(other, [], [ProgramFile, .. args]))!);

    /// <summary>How the program is started, with all its streams redirected.</summary>
    public ProcessStartInfo StartInfo((string Name, string Value)[] environment, string[] args) => StartInfo(ProgramFile, environment, args);

    /// <summary>How the program is started in a terminal of its own, by <c>script</c>: what is written to its standard input is typed.</summary>
    public ProcessStartInfo TerminalStartInfo((string Name, string Value)[] environment, string[] args) =>
        StartInfo("script", [.. environment, ("TERM", "xterm")], ["-qec", string.Join(' ', [ProgramFile, .. args]), "/dev/null"]);

    private ProcessStartInfo StartInfo(string program, (string Name, string Value)[] environment, string[] args)
    {
        var start = new ProcessStartInfo(program, args)
        {
            WorkingDirectory = Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.Environment["FFF_CACHE"] = Cache;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    /// <summary>A cache that lives as long as the tests.</summary>
    private static string TestCache()
    {
        var cache = Directory.CreateTempSubdirectory("fff-cli-test-cache-");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => cache.Delete(recursive: true);
        return cache.FullName;
    }
}

/// <summary>The program while it runs.</summary>
internal sealed class Started : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly Task<string> _out;
    private readonly StringBuilder _error = new();

    public Started(Process process)
    {
        _process = process;
        _process.StandardInput.Close();
        _out = process.StandardOutput.ReadToEndAsync();
        process.ErrorDataReceived += (_, line) =>
        {
            lock (_error)
            {
                _error.Append(line.Data is null ? "" : line.Data + "\n");
            }
        };
        process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public string Error
    {
        get
        {
            lock (_error)
            {
                return _error.ToString();
            }
        }
    }

    /// <summary>Waits until the program has written this to stderr.</summary>
    public void WaitFor(string text)
    {
        for (var clock = Stopwatch.StartNew(); !Error.Contains(text, StringComparison.Ordinal); Thread.Sleep(10))
        {
            if (_process.HasExited || clock.Elapsed > Limit)
            {
                throw new InvalidOperationException($"The program did not write '{text}', but: {Error}");
            }
        }
    }

    /// <summary>Whether the program has ended.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>Waits so long, or until the program has ended.</summary>
    public void WaitAtMost(TimeSpan time) => _process.WaitForExit(time);

    /// <summary>Waits for the end.</summary>
    public Outcome End()
    {
        if (!_process.WaitForExit(Limit))
        {
            _process.Kill(entireProcessTree: true);
            throw new TimeoutException($"The program did not end. {Error}");
        }

        _process.WaitForExit(); // for the rest of its output
        return new Outcome(_process.ExitCode, _out.GetAwaiter().GetResult(), Error);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
