using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FFF.Options;
using Xunit;
using static TorchSharp.torch;

namespace FFF.Tests.Options;

public sealed class RecordKeysTests
{
    private static readonly JsonSerializerOptions Format = new() { TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { RecordKeys.Only } } };

    /// <summary>A tensor cannot be written, not even looked at; keys come back as they were.</summary>
    [Fact]
    public void WhatARecordComputesIsLeftOut()
    {
        var written = JsonSerializer.Serialize(new Waves { Count = 3 }, Format);
        Assert.Equal("""{"Count":3}""", written);
        Assert.Equal(new Waves { Count = 3 }, JsonSerializer.Deserialize<Waves>(written, Format));
        Assert.Throws<InvalidOperationException>(() => JsonSerializer.Serialize(new Waves { Count = 3 }));
    }

    private sealed record Waves
    {
        public int Count { get; init; }

        public Tensor Lengths => arange(Count);
    }
}
