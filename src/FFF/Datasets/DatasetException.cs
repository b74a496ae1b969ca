using FFF.Errors;

namespace FFF.Datasets;

/// <summary>A data set cannot be read, made or used; the message names file, line and remedy.</summary>
/// <param name="message">What was wrong, where, and what to do.</param>
/// <param name="inner">What it was noticed by, if anything.</param>
public class DatasetException(string message, Exception? inner = null) : InputException(message, inner)
{
    /// <summary>The key of the data's configuration that it is about; null where it is about all of it.</summary>
    internal string? Key { get; init; }
}
