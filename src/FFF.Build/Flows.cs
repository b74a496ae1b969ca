using Mono.Cecil;

namespace FFF.Build;

/// <summary>The stack flows of a module's methods, each followed once.</summary>
internal sealed class Flows
{
    private readonly Dictionary<MethodDefinition, StackFlow> _flows = [];

    /// <summary>That of one method.</summary>
    public StackFlow this[MethodDefinition method] => _flows.TryGetValue(method, out var flow) ? flow : _flows[method] = new StackFlow(method.Body);
}
