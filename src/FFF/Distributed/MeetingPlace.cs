using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace FFF.Distributed;

/// <summary>Where processes find each other: a file of one machine, or a port of rank 0's machine.</summary>
internal sealed record MeetingPlace
{
    /// <summary>The address of a machine for itself.</summary>
    public const string Loopback = "127.0.0.1";

    /// <summary>Names the network interface by which machines talk, as for PyTorch.</summary>
    public const string InterfaceVariable = "GLOO_SOCKET_IFNAME";

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>The file; null for a port.</summary>
    public string? File { get; init; }

    /// <summary>The machine of the port.</summary>
    public string Host { get; init; } = Loopback;

    /// <summary>The port.</summary>
    public int Port { get; init; }

    /// <summary>Whether this process listens there.</summary>
    public bool IsHere { get; init; }

    /// <summary>Tells attempts apart for which the same place is used.</summary>
    public string Attempt { get; init; } = "0";

    /// <summary>Waits until the port can be listened on, or is listened on.</summary>
    /// <param name="timeout">How long.</param>
    /// <exception cref="ProcessGroupException">It cannot, or nobody listens.</exception>
    public void Await(TimeSpan timeout)
    {
        if (File is not null)
        {
            return;
        }

        if (IsHere)
        {
            RequireFree();
            return;
        }

        for (var clock = Stopwatch.StartNew(); !Answers(); Thread.Sleep(Interval))
        {
            if (clock.Elapsed > timeout)
            {
                throw new ProcessGroupException($"nobody answers at {Host}:{Port} (MASTER_ADDR, MASTER_PORT), where rank 0 should listen, for "
                    + $"{timeout.TotalSeconds:F0} seconds. Start all ranks at the same time, and let the machines reach each other.");
            }
        }
    }

    /// <summary>This machine's address by which the other ranks reach it.</summary>
    /// <exception cref="ProcessGroupException">There is none.</exception>
    public string OwnAddress()
    {
        if (File is not null)
        {
            return Loopback;
        }

        if (Environment.GetEnvironmentVariable(InterfaceVariable) is { Length: > 0 } named)
        {
            return NetworkInterface.GetAllNetworkInterfaces().FirstOrDefault(one => one.Name == named)?.GetIPProperties().UnicastAddresses
                    .Select(one => one.Address).OrderBy(one => one.AddressFamily).FirstOrDefault()?.ToString()
                ?? throw new ProcessGroupException($"{InterfaceVariable} names '{named}', but this machine has no such network interface with an address.");
        }

        try
        {
            // Nothing is sent: the system only chooses the address that it would send from.
            using var socket = new UdpClient();
            socket.Connect(Host, Port);
            return ((IPEndPoint)socket.Client.LocalEndPoint!).Address is { IsIPv4MappedToIPv6: true } mapped
                ? mapped.MapToIPv4().ToString()
                : ((IPEndPoint)socket.Client.LocalEndPoint!).Address.ToString();
        }
        catch (SocketException e)
        {
            throw new ProcessGroupException($"the machine '{Host}' of rank 0 (MASTER_ADDR) cannot be reached from here: {e.Message}.");
        }
    }

    private void RequireFree()
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Any, Port);
            listener.Start();
        }
        catch (SocketException e)
        {
            throw new ProcessGroupException($"rank 0 cannot listen on port {Port} (MASTER_PORT): {e.Message}. Choose another one.");
        }
    }

    private bool Answers()
    {
        try
        {
            using var client = new TcpClient(Host, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
