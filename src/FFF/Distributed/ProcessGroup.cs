using System.Text;
using static TorchSharp.torch;

namespace FFF.Distributed;

/// <summary>Processes that train together, each with a number, its rank. All of them make the same calls in the same order.</summary>
internal abstract class ProcessGroup
{
    /// <summary>This process, from 0.</summary>
    public abstract int Rank { get; }

    /// <summary>How many there are.</summary>
    public abstract int Size { get; }

    /// <summary>What they talk by, such as Gloo.</summary>
    public abstract string Engine { get; }

    /// <summary>Sums a tensor over all ranks, in place; all have the same bits afterwards.</summary>
    /// <param name="tensor">Of the same shape and type on all ranks, contiguous.</param>
    /// <exception cref="PeerException">A process was lost, or takes too long.</exception>
    public abstract void Sum(Tensor tensor);

    /// <summary>Gives all ranks the tensor of rank 0, in place.</summary>
    /// <inheritdoc cref="Sum"/>
    public abstract void Broadcast(Tensor tensor);

    /// <summary>The group for tensors of a device.</summary>
    public abstract ProcessGroup For(Device device);

    /// <summary>The text of rank 0 on all ranks.</summary>
    /// <param name="text">That of rank 0; of others it does not matter.</param>
    /// <exception cref="PeerException">A process was lost, or takes too long.</exception>
    public string Share(string text)
    {
        using var scope = NewDisposeScope();
        var bytes = Rank == 0 ? Encoding.UTF8.GetBytes(text) : [];
        var count = tensor([(long)bytes.Length], int64);
        Broadcast(count);
        var content = Rank == 0 ? tensor(bytes, uint8) : empty(count.item<long>(), uint8);
        if (content.numel() > 0)
        {
            Broadcast(content);
        }

        return Encoding.UTF8.GetString(content.data<byte>().ToArray());
    }

    /// <summary>The texts of all ranks, by rank.</summary>
    /// <param name="text">That of this one; cut where it is very long.</param>
    /// <exception cref="PeerException">A process was lost, or takes too long.</exception>
    public string[] Gather(string text)
    {
        const int Room = 4096;
        using var scope = NewDisposeScope();
        var bytes = Encoding.UTF8.GetBytes(text);
        var own = new byte[Room];
        bytes.AsSpan(0, Math.Min(Room, bytes.Length)).CopyTo(own);
        var all = zeros([Size, Room], uint8);
        all[Rank].copy_(tensor(own, uint8));
        Sum(all);
        return [.. Enumerable.Range(0, Size).Select(rank => Encoding.UTF8.GetString(all[rank].data<byte>().ToArray()).TrimEnd('\0'))];
    }
}
