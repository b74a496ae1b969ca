namespace FFF.Options;

/// <summary>
/// A key of what a file describes that stood elsewhere in earlier versions: what is written in the old place is read as if it stood in the new one. On the
/// command line and in sweeps the old path goes on, as a short form of the new one.
/// </summary>
/// <param name="from">The old path within the record, such as objective.</param>
/// <param name="to">The new one, such as method.objective.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class MovedKeyAttribute(string from, string to) : Attribute
{
    /// <summary>The old path.</summary>
    public string From { get; } = from;

    /// <summary>The new path.</summary>
    public string To { get; } = to;
}
