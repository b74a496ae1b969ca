using Xunit;

namespace FFF.Tests;

/// <summary>Tests that count what the process holds run alone.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
