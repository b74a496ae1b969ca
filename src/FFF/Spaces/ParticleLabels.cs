using System.Collections.Immutable;
using System.Text;
using static TorchSharp.torch;

namespace FFF.Spaces;

/// <summary>Who is who among particles that are not all alike: networks are told each one's label, so that only those of one label can be exchanged.</summary>
/// <param name="names">What each particle is called, such as its element; N of them.</param>
/// <param name="areDistinct">Whether each particle is told from all others, also from those of its name.</param>
public sealed class ParticleLabels(ImmutableArray<string> names, bool areDistinct) : IEquatable<ParticleLabels>
{
    /// <summary>What each particle is called, N of them.</summary>
    public ImmutableArray<string> Names => names;

    /// <summary>Whether each particle is told from all others.</summary>
    public bool AreDistinct => areDistinct;

    /// <summary>The label of each particle, from 0 on in the order in which they first occur.</summary>
    public ImmutableArray<int> Kinds { get; } = areDistinct ? [.. Enumerable.Range(0, names.Length)] : [.. Numbered(names)];

    /// <summary>K, how many labels there are.</summary>
    public int Count => Kinds.Max() + 1;

    /// <inheritdoc/>
    public bool Equals(ParticleLabels? other) => other is not null && AreDistinct == other.AreDistinct && Names.SequenceEqual(other.Names);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ParticleLabels);

    /// <inheritdoc/>
    public override int GetHashCode() => Names.Aggregate(AreDistinct.GetHashCode(), HashCode.Combine);

    /// <summary>1 at each particle's label and 0 elsewhere, [N, K], float32 on the CPU; owned by the caller.</summary>
    internal Tensor OneHot()
    {
        using var kinds = tensor(Kinds.ToArray(), int64);
        using var all = eye(Count);
        return all.index_select(0, kinds);
    }

    /// <summary>The labels as a tensor: 1 or 0 for distinct ones, then the names in UTF-8, each with a zero after it.</summary>
    internal Tensor Saved() => tensor([(byte)(AreDistinct ? 1 : 0), .. Names.SelectMany(name => (byte[])[.. Encoding.UTF8.GetBytes(name), 0])]);

    /// <summary>What <see cref="Saved"/> was made of.</summary>
    /// <param name="saved">The tensor.</param>
    /// <param name="particles">N.</param>
    /// <exception cref="ArgumentException">It is damaged.</exception>
    internal static ParticleLabels Load(Tensor saved, int particles)
    {
        var bytes = saved.dim() == 1 && saved.dtype == ScalarType.Byte ? saved.data<byte>().ToArray() : [];
        var names = bytes.Length > 1 ? Encoding.UTF8.GetString(bytes.AsSpan(1)).Split('\0') : [];
        return names.Length == particles + 1 && names[^1].Length == 0
            ? new([.. names[..^1]], bytes[0] == 1)
            : throw new ArgumentException($"The checkpoint is damaged: its labels are not those of {particles} particles.", nameof(saved));
    }

    private static IEnumerable<int> Numbered(ImmutableArray<string> names)
    {
        var kinds = new Dictionary<string, int>();
        foreach (var name in names)
        {
            kinds.TryAdd(name, kinds.Count);
            yield return kinds[name];
        }
    }
}
