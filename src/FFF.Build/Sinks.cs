using Mono.Cecil;
using Mono.Cecil.Cil;

namespace FFF.Build;

/// <summary>How an address outlives the instruction that made it.</summary>
internal enum Way
{
    /// <summary>The method returns it.</summary>
    Returned,

    /// <summary>In a field.</summary>
    Stored,

    /// <summary>In an array, a collection or a structure.</summary>
    Collected,

    /// <summary>As a number, which the types do not tell from others.</summary>
    Counted,
}

/// <summary>Where an address ends up.</summary>
/// <param name="Way">How.</param>
/// <param name="Where">The field, the instruction or the function.</param>
/// <param name="Holder">The type that has the field.</param>
internal sealed record Sink(Way Way, string Where, TypeReference? Holder = null);

/// <summary>Follows addresses to where they end up, in the methods that they are passed to as well.</summary>
internal sealed class Sinks(Flows flows)
{
    /// <summary>Tables with addresses for keys, which are compared and never read through.</summary>
    private static readonly string[] Tables = ["TorchSharp.Utils.OrderedDict`2"];

    private readonly Dictionary<(MethodDefinition, int), HashSet<Sink>> _parameters = [];

    /// <summary>Where an address that an instruction puts on the stack ends up, but for native calls, which end before the method does.</summary>
    public HashSet<Sink> Of(MethodDefinition method, Instruction producer) => Of(method, producer, []);

    private HashSet<Sink> Of(MethodDefinition method, Instruction producer, HashSet<Instruction> seen)
    {
        HashSet<Sink> sinks = [];
        if (!seen.Add(producer))
        {
            return sinks;
        }

        var flow = flows[method];
        foreach (var consumer in flow.Consumers(producer))
        {
            var operand = flow.Operands(consumer).ToList().FindIndex(producers => producers.Contains(producer));
            switch (consumer.OpCode.Code)
            {
                case Code.Ret:
                    sinks.Add(new(Way.Returned, "ret"));
                    break;
                case Code.Stloc or Code.Stloc_0 or Code.Stloc_1 or Code.Stloc_2 or Code.Stloc_3 or Code.Stloc_S:
                    foreach (var load in method.Body.Instructions.Where(i => Variables.Loaded(method, i) == Variables.Stored(method, consumer)))
                    {
                        sinks.UnionWith(Of(method, load, seen));
                    }

                    break;
                case Code.Stfld when operand == 1:
                case Code.Stsfld:
                    var field = (FieldReference)consumer.Operand;
                    sinks.Add(field.DeclaringType.IsValueType ? new(Way.Collected, field.FullName) : new(Way.Stored, field.FullName, field.DeclaringType));
                    break;
                case Code.Stelem_I or Code.Stelem_Any or Code.Stelem_Ref when operand == 2:
                case Code.Stind_I or Code.Stind_Ref or Code.Stobj when operand == 1:
                    sinks.Add(new(Way.Collected, consumer.ToString()));
                    break;
                case Code.Conv_I8 or Code.Conv_U8 or Code.Conv_I4 or Code.Conv_U4:
                    sinks.Add(new(Way.Counted, consumer.ToString()));
                    break;
                case Code.Call or Code.Callvirt or Code.Newobj when !AddressReads.IsNative(consumer):
                    sinks.UnionWith(Called(method, consumer, operand, seen));
                    break;
                case Code.Ldfld or Code.Ldflda or Code.Ldelem_I or Code.Ldelem_Any or Code.Ldelema or Code.Ldobj or Code.Ldind_I or Code.Dup
                    or Code.Conv_U or Code.Conv_I
                    or Code.Add or Code.Sub or Code.Castclass or Code.Isinst or Code.Box or Code.Unbox_Any:
                    sinks.UnionWith(Of(method, consumer, seen));
                    break;
                default:
                    break;
            }
        }

        return sinks;
    }

    private HashSet<Sink> Called(MethodDefinition method, Instruction call, int operand, HashSet<Instruction> seen)
    {
        var called = (MethodReference)call.Operand;
        var parameter = operand - (called.HasThis && call.OpCode != OpCodes.Newobj ? 1 : 0);
        HashSet<Sink> sinks = [];
        if (Tables.Contains(called.DeclaringType.GetElementType().FullName))
        {
            return sinks;
        }

        if (parameter >= 0 && !TypeRules.IsAddress(TypeRules.In(called, called.Parameters[parameter].ParameterType)))
        {
            return sinks;
        }

        // What comes out of a call that an address went into may be, or hold, that address.
        var result = TypeRules.In(called, call.OpCode == OpCodes.Newobj ? called.DeclaringType : called.ReturnType);
        if (TypeRules.IsAddress(result))
        {
            sinks.UnionWith(Of(method, call, seen));
        }

        if (Module.Body(call) is { } definition)
        {
            sinks.UnionWith(Parameter(definition, parameter).Where(sink => sink.Way is not Way.Returned));
        }
        else if (parameter >= 0 && called.HasThis && !called.DeclaringType.IsValueType
            && called.ReturnType.MetadataType is MetadataType.Void or MetadataType.Boolean && called.Name is not "Contains")
        {
            sinks.Add(new(Way.Collected, called.FullName));
        }

        return sinks;
    }

    private HashSet<Sink> Parameter(MethodDefinition method, int parameter)
    {
        if (parameter < 0)
        {
            return [];
        }

        if (!_parameters.TryGetValue((method, parameter), out var sinks))
        {
            _parameters[(method, parameter)] = sinks = [];
            foreach (var load in method.Body.Instructions.Where(i => Variables.LoadedArgument(method, i) == parameter + (method.HasThis ? 1 : 0)))
            {
                sinks.UnionWith(Of(method, load, []));
            }
        }

        return sinks;
    }
}
