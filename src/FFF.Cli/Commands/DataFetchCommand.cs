using System.CommandLine;
using System.Text.Json;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Datasets;
using FFF.Formats;

namespace FFF.Cli.Commands;

/// <summary><c>fff data fetch</c></summary>
internal static class DataFetchCommand
{
    /// <summary>The environment variables that stand in for --url, with the data set's name appended, and --checksums.</summary>
    private const string MirrorVariable = "FFF_MIRROR";
    private const string ChecksumsVariable = "FFF_MIRROR_CHECKSUMS";

    private static readonly string Names = string.Join(", ", RemoteDataset.All.Select(dataset => dataset.Name));
    private static readonly Argument<string> Data = new("data") { Description = $"Which data set: {Names}." };
    private static readonly Option<Uri?> Url = new("--url")
    {
        Description = "Where the files are, a mirror's address that their names are appended to "
            + $"({string.Join(", ", RemoteDataset.All.SelectMany(dataset => dataset.Published).Select(file => file.Name))}). "
            + $"If left out, the folder of the data set's name at the address in {MirrorVariable}, or else where it is published.",
        HelpName = "BASE",
        CustomParser = result =>
        {
            try
            {
                return Address("--url", result.Tokens[0].Value);
            }
            catch (CommandException e)
            {
                result.AddError(e.Message);
                return null;
            }
        },
    };

    private static readonly Option<string?> Folder = new("--folder")
    {
        Description = "Where they go; a folder in the user's cache, where experiments find them, if left out.",
        HelpName = "DIR",
    };
    private static readonly Option<string?> Checksums = new("--checksums")
    {
        Description = "Checksums in place of the published ones, for a mirror that has packed the files anew: a list as md5sum or sha256sum writes it; "
            + $"{ChecksumsVariable} names it too.",
        HelpName = "FILE",
    };

    private static readonly Option<bool> Json = CommonOptions.Json();

    static DataFetchCommand() => CommonOptions.AcceptOnly(Data, [.. RemoteDataset.All.Select(dataset => dataset.Name)]);

    public static Command Create()
    {
        var command = new ExampledCommand("fetch",
            "Downloads a data set and compares its checksums. A download that was interrupted goes on where it ended; files that are there already are kept.",
            "fff data fetch qm9",
            "fff data fetch qm9 --url https://mirror.example.org/qm9 --folder /scratch/qm9")
        {
            Data, Url, Folder, Checksums, Json,
        };
        command.SetAction(Run);
        return command;
    }

    /// <summary>Downloads a data set as the command does without options, but for the folder.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="folder">Where to; its default folder if null.</param>
    /// <returns>The folder.</returns>
    public static string Fetch(RemoteDataset dataset, string? folder) => Fetch(dataset, null, null, folder).Folder;

    /// <summary>Where it is downloaded from if no address is given, in words.</summary>
    public static string SourceOf(RemoteDataset dataset) => Mirror(dataset)?.Host ?? dataset.Publisher;

    private static int Run(ParseResult parsed)
    {
        var dataset = RemoteDataset.All.Single(candidate => candidate.Name == parsed.GetRequiredValue(Data));
        var (folder, fetched) = Fetch(dataset, parsed.GetValue(Url), parsed.GetValue(Checksums), parsed.GetValue(Folder));
        if (parsed.GetValue(Json))
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(fetched, ResultJson.Default.IReadOnlyListFetchedFile));
            return ExitCode.Done;
        }

        var table = Tables.Create(("file", Spectre.Console.Justify.Left), ("size", Spectre.Console.Justify.Right), ("", Spectre.Console.Justify.Left));
        foreach (var file in fetched)
        {
            table.Row(file.File, Words.Bytes(file.Bytes), file.Downloaded ? "downloaded, checksum right" : "was there, checksum right");
        }

        Screen.Out.Write(table);
        Console.Out.WriteLine(Words.Place(folder));
        return ExitCode.Done;
    }

    private static (string Folder, FetchedFile[] Files) Fetch(RemoteDataset dataset, Uri? url, string? checksums, string? place)
    {
        var digests = (checksums ?? Variable(ChecksumsVariable)) is { } list ? FileDigest.ReadList(list) : null;
        var files = dataset.Files(url ?? Mirror(dataset), digests);
        var folder = MadeFolder(place ?? dataset.DefaultFolder);
        using var interruption = new Interruption("Stopping; what has arrived is kept.");
        using var client = new HttpClient();
        var view = new DownloadView(dataset.Name);
        return (folder, view.Show(() => files.Select(file => Get(new Download(client), file, folder, view, interruption.Token)).ToArray()));
    }

    private static Uri? Mirror(RemoteDataset dataset) =>
        Variable(MirrorVariable) is { } mirror ? Address(MirrorVariable, $"{mirror.TrimEnd('/')}/{dataset.Name}") : null;

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static Uri Address(string name, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new CommandException(ExitCode.Usage, $"{name}: expected an address that begins with http:// or https://, found '{text}'.");

    private static FetchedFile Get(Download download, RemoteFile file, string folder, DownloadView view, CancellationToken stop)
    {
        var path = Path.Combine(folder, file.Name);
        try
        {
            var downloaded = Failures.AtWork(() => download.Get(file.Address, path, file.Digest, view, stop));
            return new FetchedFile(file.Name, path, new FileInfo(path).Length, downloaded);
        }
        catch (OperationCanceledException e)
        {
            throw new CommandException(ExitCode.Failed, "interrupted; what has arrived is kept, and the same command goes on from there.", e);
        }
    }

    private static string MadeFolder(string folder)
    {
        try
        {
            return Directory.CreateDirectory(folder).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.Usage, $"the folder '{folder}' cannot be made ({e.Message.TrimEnd('.')}). Name another one by --folder.", e);
        }
    }
}
