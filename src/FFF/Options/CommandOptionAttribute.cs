namespace FFF.Options;

/// <summary>How a command names the option that sets this property, where that is not <c>--</c> and the key with hyphens.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class CommandOptionAttribute : Attribute
{
    /// <summary>The option, such as -n; made of the key if left out.</summary>
    public string? Name { get; init; }

    /// <summary>What stands for its value in the help; N for numbers and TEXT for text if left out.</summary>
    public string? HelpName { get; init; }
}
