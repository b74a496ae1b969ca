using FFF.Configuration;

[assembly: Kind<MethodConfig, FreeFormMethod>("fff", Order = 1)]

namespace FFF.Configuration;

/// <summary>How the density is learnt: the free-form flow, or a method that it is compared with. Its name alone takes the defaults.</summary>
public abstract record MethodConfig;

/// <summary>The free-form flow, which the keys <c>flow</c> and <c>objective</c> describe.</summary>
public sealed record FreeFormMethod : MethodConfig;
