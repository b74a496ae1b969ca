using System.Runtime.CompilerServices;
using FFF.Options;

namespace FFF.Configuration;

/// <summary>Makes the kinds of this assembly known as soon as anything of it is used.</summary>
internal static class OwnKinds
{
    // A library that registers itself need not be registered by its users.
#pragma warning disable CA2255
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Register() => Kinds.Register(typeof(OwnKinds).Assembly);
}
