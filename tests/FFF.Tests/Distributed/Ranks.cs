using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using FFF.Distributed;

namespace FFF.Tests.Distributed;

/// <summary>Threads in place of processes.</summary>
internal static class Ranks
{
    /// <summary>Does something on each rank of a group.</summary>
    public static T[] Run<T>(int size, Func<ProcessGroup, T> work, Func<int, MeetingPlace>? meeting = null)
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("fff-ranks-").FullName, "store");
        var results = new T[size];
        var failures = new Exception?[size];
        var threads = Enumerable.Range(0, size).Select(rank => new Thread(() =>
        {
            try
            {
                var place = new RankPlace(rank, size, rank, size, meeting?.Invoke(rank) ?? new MeetingPlace { File = file });
                results[rank] = work(C10dGroup.Meet(place));
            }
            catch (Exception e)
            {
                failures[rank] = e;
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        if (failures.FirstOrDefault(failure => failure is not null) is { } first)
        {
            ExceptionDispatchInfo.Capture(first).Throw();
        }

        return results;
    }

    /// <summary>A port that nobody listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
