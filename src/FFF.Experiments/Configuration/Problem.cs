namespace FFF.Configuration;

/// <summary>One thing that is wrong with a configuration.</summary>
/// <param name="Source">The file as it was named, or the override in quotes.</param>
/// <param name="Line">The line from 1; null in an override and where the whole file is meant.</param>
/// <param name="Column">The column from 1; null where the line is.</param>
/// <param name="Key">The key's path, such as training.optimizer.learning_rate; empty where no key is concerned.</param>
/// <param name="Message">What was expected and what was found instead.</param>
public sealed record Problem(string Source, int? Line, int? Column, string Key, string Message)
{
    /// <summary>The source of what was noticed without the files at hand: see <see cref="ExperimentFile.Locate"/>.</summary>
    public const string Configuration = "configuration";

    /// <summary>The problem on one line: <c>file:line:column: key: message</c>.</summary>
    public override string ToString()
    {
        var place = Line is null ? Source : $"{Source}:{Line}:{Column}";
        return Key.Length == 0 ? $"{place}: {Message}" : $"{place}: {Key}: {Message}";
    }
}
