using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FFF.Tests.Formats;

/// <summary>A web server on this machine that holds files, knows ranges, and can break off in the middle.</summary>
internal sealed class LocalServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Thread _thread;
    private readonly Dictionary<string, byte[]> _files;
    private readonly List<string> _requests = [];

    public LocalServer(Dictionary<string, byte[]> files)
    {
        _files = files;
        _listener.Start();
        _thread = new Thread(Serve) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Its address; names of files follow.</summary>
    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/data");

    /// <summary>After so many bytes of content the connection ends, or, with <see cref="Hangs"/>, nothing more comes.</summary>
    public int? CutAfter { get; set; }

    /// <summary>Whether the connection stays open after <see cref="CutAfter"/>.</summary>
    public bool Hangs { get; set; }

    /// <summary>Whether ranges are not known, so that the whole file is sent.</summary>
    public bool IgnoresRanges { get; set; }

    /// <summary>What was asked for: a name, and the first byte where it was not 0.</summary>
    public string[] Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    public void Dispose()
    {
        _listener.Stop();
        _thread.Join();
    }

    private void Serve()
    {
        try
        {
            while (true)
            {
                using var client = _listener.AcceptTcpClient();
                Answer(client.GetStream());
            }
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException)
        {
            // It was stopped.
        }
    }

    private void Answer(NetworkStream stream)
    {
        try
        {
            using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
            var name = Uri.UnescapeDataString(reader.ReadLine()!.Split(' ')[1].Split('/')[^1]);
            var from = 0;
            while (reader.ReadLine() is { Length: > 0 } line)
            {
                if (line.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase) && !IgnoresRanges)
                {
                    from = int.Parse(line["Range: bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture);
                }
            }

            lock (_requests)
            {
                _requests.Add(from == 0 ? name : $"{name} from {from}");
            }

            if (!_files.TryGetValue(name, out var file))
            {
                stream.Write("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8);
                return;
            }

            if (from >= file.Length && from > 0)
            {
                stream.Write("HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8);
                return;
            }

            var status = from == 0 ? "200 OK" : $"206 Partial Content\r\nContent-Range: bytes {from}-{file.Length - 1}/{file.Length}";
            stream.Write(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {file.Length - from}\r\nConnection: close\r\n\r\n"));
            stream.Write(file.AsSpan(from, Math.Min(CutAfter ?? int.MaxValue, file.Length - from)));
            if (CutAfter is not null && Hangs)
            {
                // Until the other side gives up.
                stream.ReadByte();
            }
        }
        catch (IOException)
        {
            // The other side has gone.
        }
    }
}
