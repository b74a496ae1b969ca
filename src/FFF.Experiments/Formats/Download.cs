using System.Net;
using System.Net.Http.Headers;
using FFF.Errors;

namespace FFF.Formats;

/// <summary>A file could not be downloaded.</summary>
/// <param name="message">Which, why, and what to do.</param>
/// <param name="inner">What it was noticed by, if anything.</param>
internal sealed class DownloadException(string message, Exception? inner = null) : FreeFormFlowException(message, inner);

/// <summary>How far a download has come.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Bytes">How many bytes are there.</param>
/// <param name="Total">How many there will be; null where the server does not tell.</param>
internal sealed record DownloadProgress(string File, long Bytes, long? Total);

/// <summary>Downloads files that appear under their names only when they are whole and their checksums are right.</summary>
/// <remarks>
/// What has arrived is kept beside it under the name with <c>.part</c> appended, whatever happens; the next attempt asks
/// the server for the rest by an HTTP range request (RFC 9110, section 14) and begins anew where the server gives the whole
/// file instead. A part whose checksum turns out wrong is removed.
/// </remarks>
/// <param name="client">What requests are sent by.</param>
internal sealed class Download(HttpClient client)
{
    /// <summary>What the name of a file that is not whole ends in.</summary>
    public const string PartSuffix = ".part";

    private const int BufferSize = 1 << 16;
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    /// <summary>Downloads a file; one that is there already with this checksum is left alone.</summary>
    /// <param name="source">Where it is.</param>
    /// <param name="path">Where it goes; its folder must exist.</param>
    /// <param name="digest">Its checksum.</param>
    /// <param name="progress">Is told of every buffer that arrives.</param>
    /// <param name="stop">Stops with an <see cref="OperationCanceledException"/>; what has arrived stays.</param>
    /// <returns>Whether anything was downloaded.</returns>
    /// <exception cref="DownloadException">The server cannot be reached, does not have it, goes silent for a minute, or the checksum is wrong.</exception>
    /// <exception cref="FileWriteException">The file cannot be written.</exception>
    public bool Get(Uri source, string path, FileDigest digest, IProgress<DownloadProgress>? progress = null, CancellationToken stop = default)
    {
        if (File.Exists(path) && Matches(path, digest))
        {
            return false;
        }

        var part = path + PartSuffix;
        try
        {
            using (var file = new FileStream(part, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, BufferSize))
            {
                Receive(source, file, Path.GetFileName(path), progress, stop);
                DiskFlush.Content(file);
            }

            if (!Matches(part, digest))
            {
                File.Delete(part);
                throw new DownloadException($"{source}: what was downloaded does not have the {digest.Algorithm} digest {digest.Digits} and was removed. "
                    + "Try again; if it happens again, the server has another file of this name.");
            }

            BusyFile.Wait(() => File.Move(part, path, overwrite: true));
            return true;
        }
        catch (HttpRequestException e)
        {
            throw new DownloadException($"{source}: cannot be downloaded ({e.Message.TrimEnd('.')}). Check the address and the connection; "
                    + "what has arrived is kept, and the same command goes on from there.",
                e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FileWriteException(path, e);
        }
    }

    private static bool Matches(string path, FileDigest digest)
    {
        using var content = InputFile.Open(path);
        return digest.Matches(content);
    }

    /// <summary>Appends what is missing.</summary>
    private void Receive(Uri source, FileStream file, string name, IProgress<DownloadProgress>? progress, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, source);
        if (file.Length > 0)
        {
            request.Headers.Range = new RangeHeaderValue(file.Length, null);
        }

        using var response = Wait(source, client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop), stop);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return; // There is nothing beyond what is there; the checksum tells whether that is the file.
        }

        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException($"the server answers {(int)response.StatusCode} {response.ReasonPhrase}");
        }

        var range = response.Content.Headers.ContentRange;
        if (response.StatusCode != HttpStatusCode.PartialContent || range?.From != file.Length)
        {
            file.SetLength(0);
        }

        file.Position = file.Length;
        var total = range?.Length ?? file.Length + response.Content.Headers.ContentLength;
        using var content = Wait(source, response.Content.ReadAsStreamAsync(stop), stop);
        Copy(source, content, file, new DownloadProgress(name, file.Length, total), progress, stop);
    }

    private static void Copy(Uri source, Stream content, FileStream file, DownloadProgress start, IProgress<DownloadProgress>? progress, CancellationToken stop)
    {
        var buffer = new byte[BufferSize];
        progress?.Report(start);
        while (Received(source, content, buffer, stop) is > 0 and var count)
        {
            file.Write(buffer, 0, count);
            progress?.Report(start with { Bytes = file.Position });
        }

        if (start.Total is { } total && file.Position < total)
        {
            throw new HttpRequestException($"the connection ended after {file.Position} of {total} bytes");
        }
    }

    private static int Received(Uri source, Stream content, byte[] buffer, CancellationToken stop)
    {
        try
        {
            return Wait(source, content.ReadAsync(buffer, stop).AsTask(), stop);
        }
        catch (IOException e)
        {
            // From the network, where writing's are from the disk.
            throw new HttpRequestException(e.Message, e);
        }
    }

    private static T Wait<T>(Uri source, Task<T> task, CancellationToken stop)
    {
        try
        {
            return task.WaitAsync(Silence, stop).GetAwaiter().GetResult();
        }
        catch (TimeoutException e)
        {
            throw new DownloadException(
                $"{source}: the server has been silent for {Silence.TotalSeconds} s. What has arrived is kept, and the same command goes on from there.", e);
        }
    }
}
