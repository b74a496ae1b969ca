using TorchSharp;
using static TorchSharp.torch;

namespace FFF.Randomness;

/// <summary>
/// Small tensors that travel from the CPU to a device together: each copy costs a GPU as much as a small kernel. The host does not wait for it, as it
/// would with memory that the GPU cannot read by itself.
/// </summary>
internal static class OneCopy
{
    /// <summary>The same tensors on the device, as views of one buffer; themselves where that is the CPU.</summary>
    /// <param name="device">Where to.</param>
    /// <param name="parts">Tensors of one type on the CPU; null stays null.</param>
    public static Tensor?[] To(Device device, params Tensor?[] parts)
    {
        if (device.type == DeviceType.CPU || Pack(device, parts) is not { } packed)
        {
            return parts;
        }

        using (packed)
        {
            return Cut(packed.to(device, non_blocking: true), parts);
        }
    }

    /// <summary>All numbers of the parts one after the other, in one type, on the CPU; null where there are none; the caller's.</summary>
    /// <param name="device">Where they will go: libtorch keeps what a GPU reads until it has.</param>
    /// <param name="parts">Tensors on the CPU.</param>
    public static Tensor? Pack(Device device, Tensor?[] parts)
    {
        Tensor[] there = [.. parts.OfType<Tensor>()];
        if (there.Length == 0)
        {
            return null;
        }

        var packed = cat([.. there.Select(part => part.reshape(-1))], 0);
        if (device.type != DeviceType.CUDA)
        {
            return packed;
        }

        using (packed)
        {
            return packed.pin_memory();
        }
    }

    /// <summary>Such numbers, [n], as views of the parts' shapes; null stays null.</summary>
    /// <param name="packed">What <see cref="Pack"/> gave, on any device.</param>
    /// <param name="parts">What it was made of.</param>
    public static Tensor?[] Cut(Tensor packed, Tensor?[] parts)
    {
        long offset = 0;
        return [.. parts.Select(part => part is null ? null : Next(part))];

        Tensor Next(Tensor part)
        {
            var view = packed.narrow(0, offset, part.numel()).view(part.shape);
            offset += part.numel();
            return view;
        }
    }
}
