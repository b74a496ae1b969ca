using FFF.Errors;

namespace FFF.Plugins;

/// <summary>A plug-in, as a run's manifest tells of it.</summary>
/// <param name="Name">The assembly's name.</param>
/// <param name="Path">The file that it was loaded from.</param>
/// <param name="Sha256">The SHA-256 digest of that file, 64 hexadecimal digits.</param>
public sealed record PluginNote(string Name, string Path, string Sha256);

/// <summary>A plug-in cannot be loaded, is needed but was not named, or is not the one that is needed; the message says what to do.</summary>
public sealed class PluginException(string message, Exception? inner = null) : InputException(message, inner);
