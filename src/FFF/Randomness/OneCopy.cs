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
        Tensor[] there = [.. parts.OfType<Tensor>()];
        if (device.type == DeviceType.CPU || there.Length == 0)
        {
            return parts;
        }

        using var packed = cat([.. there.Select(part => part.reshape(-1))], 0);
        var moved = packed.to(device);
        long offset = 0;
        return [.. parts.Select(part => part is null ? null : Next(part))];

        Tensor Next(Tensor part)
        {
            var view = moved.narrow(0, offset, part.numel()).view(part.shape);
            offset += part.numel();
            return view;
        }
    }
}
