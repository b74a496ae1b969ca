namespace FFF.Configuration.Binding;

/// <summary>A condition on several properties of one record, or on one that its type and bounds cannot state.</summary>
/// <param name="Record">The record's type.</param>
/// <param name="Properties">The properties that the rule reads; it is reported at the first of them that is written down.</param>
/// <param name="Check">What is wrong with the record, or null.</param>
internal sealed record Rule(Type Record, IReadOnlyList<string> Properties, Func<object, string?> Check)
{
    public static Rule For<T>(Func<T, string?> check, params IReadOnlyList<string> properties) => new(typeof(T), properties, record => check((T)record));
}
