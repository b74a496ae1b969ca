namespace FFF.Configuration;

/// <summary>A path that is relative to the configuration file that names it; in an override, to the working directory.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RelativeToFileAttribute : Attribute;
