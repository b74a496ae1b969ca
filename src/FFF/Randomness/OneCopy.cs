using TorchSharp;
using static TorchSharp.torch;

namespace FFF.Randomness;

/// <summary>Small tensors that travel from the CPU to a device together: each copy costs a GPU as much as a small kernel, and waits for it.</summary>
internal static class OneCopy
{
    /// <summary>The same tensors on the device, as views of one buffer; themselves where that is the CPU.</summary>
    /// <param name="device">Where to.</param>
    /// <param name="parts">Tensors of one type on the CPU; null stays null.</param>
    public static Tensor?[] To(Device device, params Tensor?[] parts)
    {
        if (device.type == DeviceType.CPU || Pack(parts) is not { } packed)
        {
            return parts;
        }

        using (packed)
        {
            return Cut(packed.to(device), parts);
        }
    }

    /// <summary>All numbers of the parts one after the other, in one type; null where there are none; the caller's.</summary>
    /// <param name="parts">Tensors on the CPU.</param>
    public static Tensor? Pack(Tensor?[] parts)
    {
        Tensor[] there = [.. parts.OfType<Tensor>()];
        return there.Length == 0 ? null : cat([.. there.Select(part => part.reshape(-1))], 0);
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
