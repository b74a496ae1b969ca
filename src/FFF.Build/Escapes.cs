using Mono.Cecil;
using Mono.Cecil.Cil;

namespace FFF.Build;

/// <summary>
/// Checks that what <see cref="MethodWeaver"/> does is enough: an address that outlives the method that took it out of an
/// object must go where somebody else holds that object. What it cannot tell to be safe, it reports.
/// </summary>
internal sealed class Escapes
{
    /// <summary>Memory that native functions fill with addresses of new objects, which belong to who takes them from there.</summary>
    private static readonly string[] Receivers = ["TorchSharp.PinnedArray`1", "TorchSharp.NativeTensorOrScalarIndexedArray"];

    private readonly Flows _flows = new();
    private readonly Sinks _sinks;
    private readonly Origins _origins;
    private readonly HashSet<MethodDefinition> _callbacks;

    /// <summary>Finds the functions that native code calls: those of delegates that are passed to it, called by nobody else.</summary>
    public Escapes(IReadOnlyCollection<MethodDefinition> methods)
    {
        (_sinks, _origins) = (new(_flows), new(_flows));
        var native = methods.First().Module.GetTypes().SelectMany(type => type.Methods).Where(method => method.IsPInvokeImpl);
        var delegates = native.SelectMany(method => method.Parameters).Select(parameter => parameter.ParameterType).ToHashSet();
        var instructions = methods.SelectMany(method => method.Body.Instructions).ToLookup(i => i.OpCode.Code);
        _callbacks = [.. instructions[Code.Ldftn].Where(i => i.Next is { Operand: MethodReference constructor }
            && delegates.Contains(constructor.DeclaringType))
            .Select(Module.Body).OfType<MethodDefinition>()];
        _callbacks.ExceptWith(instructions[Code.Call].Concat(instructions[Code.Callvirt]).Select(i => i.Operand).OfType<MethodDefinition>());
    }

    /// <summary>
    /// Whether native code calls this method and gets an address of what only the method holds. <see cref="MethodWeaver"/>
    /// keeps it until the next such method on the same thread returns: by then native code has read it.
    /// </summary>
    public bool ReturnsToNative(MethodDefinition method) =>
        _callbacks.Contains(method)
        && Reads(method).Any(read => !_origins.IsHeldByCaller(method, read) && _sinks.Of(method, read.At).Any(sink => sink.Way == Way.Returned));

    /// <summary>A line for each address whose owner may be gone before it, in the order of the instructions.</summary>
    public IEnumerable<string> In(MethodDefinition method)
    {
        foreach (var read in Reads(method))
        {
            if (read.Constrained is not null && read.Operands.Count > 1)
            {
                yield return $"{method.FullName}: '{read.At}' takes an address out of a value of a generic type and of something else.";
            }

            foreach (var sink in _sinks.Of(method, read.At))
            {
                var doubt = sink.Way switch
                {
                    Way.Returned when !_origins.IsHeldByCaller(method, read) && !_callbacks.Contains(method) => "is returned",
                    Way.Collected when !_origins.IsHeldByCaller(method, read) && _flows[method].IsInLoop(read.At) => "is collected in a loop",
                    Way.Stored when !read.Owners.All(i => Holds(sink.Holder!, read.Operands[i])) => "is stored",
                    Way.Counted => "becomes a number",
                    _ => null,
                };
                if (doubt is not null)
                {
                    yield return $"{method.FullName}: the address that '{read.At}' takes {doubt} ({sink.Where}), and nothing is known to keep its owner.";
                }
            }
        }
    }

    /// <summary>The reads that a path leads to, of addresses that have an owner.</summary>
    private IEnumerable<AddressRead> Reads(MethodDefinition method) =>
        AddressReads.Of(method.Body).Where(read => _flows[method].Operands(read.At).Count > 0 && !IsTakenOver(read));

    private static bool IsTakenOver(AddressRead read) =>
        Receivers.Contains(read.Operands[0].GetElementType().FullName) || (Module.Body(read.At) is { } called && IsLetGo(called));

    /// <summary>Whether a method sees to it that its object is never finalized: the address that it returns is the caller's.</summary>
    private static bool IsLetGo(MethodDefinition method) =>
        method.HasThis && method.Body.Instructions.Any(i => i.Operand is MethodReference { Name: "SuppressFinalize" } && i.Previous?.OpCode == OpCodes.Ldarg_0);

    /// <summary>Whether an object of one type has a field that can hold one of another type, or is that object.</summary>
    private static bool Holds(TypeReference holder, TypeReference owner)
    {
        if (holder.GetElementType().FullName == owner.GetElementType().FullName)
        {
            return true;
        }

        for (var type = holder.GetElementType() as TypeDefinition; type is not null; type = type.BaseType?.GetElementType() as TypeDefinition)
        {
            if (type.Fields.Any(field => !field.IsStatic && field.FieldType.GetElementType().FullName == owner.GetElementType().FullName))
            {
                return true;
            }
        }

        return false;
    }
}
