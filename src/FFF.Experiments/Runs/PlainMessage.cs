namespace FFF.Runs;

/// <summary>Messages of exceptions for people.</summary>
internal static class PlainMessage
{
    /// <summary>The message without the parameter's name that .NET appends.</summary>
    public static string Plain(this ArgumentException exception) =>
        exception.Message.Replace($" (Parameter '{exception.ParamName}')", "", StringComparison.Ordinal);
}
