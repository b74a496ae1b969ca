using System.CommandLine;
using System.Text.Json;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Datasets.Molecules;
using FFF.Formats;

namespace FFF.Cli.Commands;

/// <summary><c>fff data fetch</c></summary>
internal static class DataFetchCommand
{
    private static readonly Argument<string> Data = new("data") { Description = $"Which data set: {Qm9.Name}." };
    private static readonly Option<Uri?> Url = new("--url")
    {
        Description = $"Where the files are, a mirror's address that their names ({Qm9.ArchiveName}, {Qm9.UncharacterizedName}) are appended to; figshare, where they are published, if left out.",
        HelpName = "BASE",
        CustomParser = result =>
        {
            if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
            {
                return address;
            }

            result.AddError($"--url: expected an address that begins with http:// or https://, found '{result.Tokens[0].Value}'.");
            return null;
        },
    };

    private static readonly Option<string?> Folder = new("--folder") { Description = "Where they go; a folder in the user's cache, where experiments find them, if left out.", HelpName = "DIR" };
    private static readonly Option<string?> Checksums = new("--checksums")
    {
        Description = "Checksums in place of the published ones, for a mirror that has packed the files anew: a list as md5sum or sha256sum writes it.",
        HelpName = "FILE",
    };

    private static readonly Option<bool> Json = CommonOptions.Json();

    static DataFetchCommand() => Data.AcceptOnlyFromAmong(Qm9.Name);

    public static Command Create()
    {
        var command = new ExampledCommand("fetch", "Downloads a data set and compares its checksums. A download that was interrupted goes on where it ended; files that are there already are kept.",
            "fff data fetch qm9",
            "fff data fetch qm9 --url https://mirror.example.org/qm9 --folder /scratch/qm9")
        {
            Data, Url, Folder, Checksums, Json,
        };
        command.SetAction(Fetch);
        return command;
    }

    private static int Fetch(ParseResult parsed)
    {
        var digests = parsed.GetValue(Checksums) is { } list ? FileDigest.ReadList(list) : null;
        var files = Qm9Source.Files(parsed.GetValue(Url), digests);
        var folder = MadeFolder(parsed.GetValue(Folder) ?? Qm9.DefaultFolder);
        using var interruption = new Interruption("Stopping; what has arrived is kept.");
        using var client = new HttpClient();
        var view = new DownloadView(Qm9.Name);
        var fetched = view.Show(() => files.Select(file => Get(new Download(client), file, folder, view, interruption.Token)).ToArray());
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
