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

    /// <summary>Tables with addresses for keys, which are compared and never read through.</summary>
    private static readonly string[] Tables = ["TorchSharp.Utils.OrderedDict`2"];

    private readonly Dictionary<MethodDefinition, StackFlow> _flows = [];
    private readonly HashSet<MethodDefinition> _callbacks;
    private readonly Dictionary<(MethodDefinition, int), HashSet<Sink>> _parameters = [];

    private enum Way
    {
        Returned,
        Stored,
        Collected,
        Counted,
    }

    /// <summary>Where an address ends up: in a field, in an array or collection, at the caller, in arithmetic on integers.</summary>
    private sealed record Sink(Way Way, string Where, TypeReference? Holder = null);

    /// <summary>Finds the functions that native code calls: those of delegates that are passed to it, called by nobody else.</summary>
    public Escapes(IReadOnlyCollection<MethodDefinition> methods)
    {
        var delegates = methods.First().Module.GetTypes().SelectMany(type => type.Methods).Where(method => method.IsPInvokeImpl).SelectMany(method => method.Parameters).Select(parameter => parameter.ParameterType).ToHashSet();
        var instructions = methods.SelectMany(method => method.Body.Instructions).ToLookup(i => i.OpCode.Code);
        _callbacks = [.. instructions[Code.Ldftn].Where(i => i.Next is { Operand: MethodReference constructor } && delegates.Contains(constructor.DeclaringType)).Select(Body).OfType<MethodDefinition>()];
        _callbacks.ExceptWith(instructions[Code.Call].Concat(instructions[Code.Callvirt]).Select(i => i.Operand).OfType<MethodDefinition>());
    }

    /// <summary>
    /// Whether native code calls this method and gets an address of what only the method holds. <see cref="MethodWeaver"/>
    /// keeps it until the next such method on the same thread returns: by then native code has read it.
    /// </summary>
    public bool ReturnsToNative(MethodDefinition method) =>
        _callbacks.Contains(method) && Reads(method).Any(read => !IsHeldByCaller(method, read) && Sinks(method, read.At, []).Any(sink => sink.Way == Way.Returned));

    /// <summary>A line for each address whose owner may be gone before it, in the order of the instructions.</summary>
    public IEnumerable<string> In(MethodDefinition method)
    {
        foreach (var read in Reads(method))
        {
            if (read.Constrained is not null && read.Operands.Count > 1)
            {
                yield return $"{method.FullName}: '{read.At}' takes an address out of a value of a generic type and of something else.";
            }

            foreach (var sink in Sinks(method, read.At, []))
            {
                var doubt = sink.Way switch
                {
                    Way.Returned when !IsHeldByCaller(method, read) && !_callbacks.Contains(method) => "is returned",
                    Way.Collected when !IsHeldByCaller(method, read) && Flow(method).IsInLoop(read.At) => "is collected in a loop",
                    Way.Stored when !Owners(read).All(i => Holds(sink.Holder!, read.Operands[i])) => "is stored",
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
        AddressReads.Of(method.Body).Where(read => Flow(method).Operands(read.At).Count > 0 && !IsTakenOver(read));

    private static IEnumerable<int> Owners(AddressRead read) => Enumerable.Range(0, read.Operands.Count).Where(read.Owns);

    private static bool IsTakenOver(AddressRead read) =>
        Receivers.Contains(read.Operands[0].GetElementType().FullName) || (Body(read.At) is { } called && IsLetGo(called));

    /// <summary>Whether a method sees to it that its object is never finalized: the address that it returns is the caller's.</summary>
    private static bool IsLetGo(MethodDefinition method) =>
        method.HasThis && method.Body.Instructions.Any(i => i.Operand is MethodReference { Name: "SuppressFinalize" } && i.Previous?.OpCode == OpCodes.Ldarg_0);

    private bool IsHeldByCaller(MethodDefinition method, AddressRead read) => Owners(read).All(i => IsHeldByCaller(method, Flow(method).Operands(read.At)[i], []));

    /// <summary>The method that an instruction calls or loads, where its body is in this module.</summary>
    private static MethodDefinition? Body(Instruction instruction) =>
        instruction.Operand is MethodReference called && called.DeclaringType.GetElementType() is TypeDefinition && called.Resolve() is { HasBody: true } definition ? definition : null;

    private StackFlow Flow(MethodDefinition method) => _flows.TryGetValue(method, out var flow) ? flow : _flows[method] = new StackFlow(method.Body);

    /// <summary>Whether an object comes from the caller, who keeps what it passed: a parameter, or what one holds.</summary>
    private bool IsHeldByCaller(MethodDefinition method, IEnumerable<Instruction> producers, HashSet<Instruction> seen) => producers.All(producer =>
    {
        if (!seen.Add(producer))
        {
            return true;
        }

        switch (producer.OpCode.Code)
        {
            case Code.Ldarg or Code.Ldarg_0 or Code.Ldarg_1 or Code.Ldarg_2 or Code.Ldarg_3 or Code.Ldarg_S or Code.Ldarga or Code.Ldarga_S or Code.Ldsfld or Code.Ldnull or Code.Ldstr
                or Code.Ldftn:
                return true;
            case Code.Ldloc or Code.Ldloc_0 or Code.Ldloc_1 or Code.Ldloc_2 or Code.Ldloc_3 or Code.Ldloc_S or Code.Ldloca or Code.Ldloca_S:
                var variable = Variable(method, producer);
                return Stores(method, variable).All(store => IsHeldByCaller(method, Flow(method).Operands(store)[0], seen));
            case Code.Ldfld or Code.Ldflda or Code.Castclass or Code.Isinst or Code.Dup or Code.Box or Code.Unbox or Code.Unbox_Any or Code.Ldind_Ref or Code.Ldobj
                or Code.Ldelem_Ref or Code.Ldelem_Any or Code.Ldelema:
                return IsHeldByCaller(method, Flow(method).Operands(producer)[0], seen);
            case Code.Call or Code.Callvirt when producer.Operand is MethodReference { HasThis: true, Name: "get_Item" or "get_Current" or "get_Value" or "GetEnumerator" or "get_Key" } called && called is not MethodDefinition:
                return IsHeldByCaller(method, Flow(method).Operands(producer)[0], seen);
            case Code.Call or Code.Newobj when producer.Operand is MethodReference called && (IsDelegate(called) || IsSelection(called)):
                return Flow(method).Operands(producer).All(operand => IsHeldByCaller(method, operand, seen));
            default:
                return false;
        }
    });

    private static bool IsDelegate(MethodReference called) => called.Name == ".ctor" && called.Parameters is [{ ParameterType.FullName: "System.Object" }, { ParameterType.FullName: "System.IntPtr" }];

    /// <summary>Whether a function of .NET passes on what it is given, or addresses of it, and makes nothing new.</summary>
    private static bool IsSelection(MethodReference called) =>
        called is not MethodDefinition && (called.Name is "op_Implicit" or "ToArray" or "ToList" or "Where" || (called.Name == "Select" && TypeRules.IsAddress(TypeRules.In(called, called.ReturnType))));

    /// <summary>Where an address that an instruction puts on the stack ends up, but for native calls, which end before the method does.</summary>
    private HashSet<Sink> Sinks(MethodDefinition method, Instruction producer, HashSet<Instruction> seen)
    {
        HashSet<Sink> sinks = [];
        if (!seen.Add(producer))
        {
            return sinks;
        }

        var flow = Flow(method);
        foreach (var consumer in flow.Consumers(producer))
        {
            var operand = flow.Operands(consumer).ToList().FindIndex(producers => producers.Contains(producer));
            switch (consumer.OpCode.Code)
            {
                case Code.Ret:
                    sinks.Add(new(Way.Returned, "ret"));
                    break;
                case Code.Stloc or Code.Stloc_0 or Code.Stloc_1 or Code.Stloc_2 or Code.Stloc_3 or Code.Stloc_S:
                    foreach (var load in Loads(method, Variable(method, consumer)))
                    {
                        sinks.UnionWith(Sinks(method, load, seen));
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
                case Code.Ldfld or Code.Ldflda or Code.Ldelem_I or Code.Ldelem_Any or Code.Ldelema or Code.Ldobj or Code.Ldind_I or Code.Dup or Code.Conv_U or Code.Conv_I
                    or Code.Add or Code.Sub or Code.Castclass or Code.Isinst or Code.Box or Code.Unbox_Any:
                    sinks.UnionWith(Sinks(method, consumer, seen));
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
            sinks.UnionWith(Sinks(method, call, seen));
        }

        if (Body(call) is { } definition)
        {
            sinks.UnionWith(Parameter(definition, parameter).Where(sink => sink.Way is not Way.Returned));
        }
        else if (parameter >= 0 && called.HasThis && !called.DeclaringType.IsValueType && called.ReturnType.MetadataType is MetadataType.Void or MetadataType.Boolean && called.Name is not "Contains")
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
            foreach (var load in method.Body.Instructions.Where(i => Argument(method, i) == parameter))
            {
                sinks.UnionWith(Sinks(method, load, []));
            }
        }

        return sinks;
    }

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

    private static int Argument(MethodDefinition method, Instruction load)
    {
        var index = load.OpCode.Code switch
        {
            Code.Ldarg_0 => 0,
            Code.Ldarg_1 => 1,
            Code.Ldarg_2 => 2,
            Code.Ldarg_3 => 3,
            Code.Ldarg or Code.Ldarg_S or Code.Ldarga or Code.Ldarga_S => ((ParameterDefinition)load.Operand).Index + (method.HasThis ? 1 : 0),
            _ => -1,
        };
        return index < 0 ? -1 : index - (method.HasThis ? 1 : 0);
    }

    private static VariableDefinition Variable(MethodDefinition method, Instruction instruction) => instruction.OpCode.Code switch
    {
        Code.Ldloc_0 or Code.Stloc_0 => method.Body.Variables[0],
        Code.Ldloc_1 or Code.Stloc_1 => method.Body.Variables[1],
        Code.Ldloc_2 or Code.Stloc_2 => method.Body.Variables[2],
        Code.Ldloc_3 or Code.Stloc_3 => method.Body.Variables[3],
        _ => (VariableDefinition)instruction.Operand,
    };

    private static IEnumerable<Instruction> Loads(MethodDefinition method, VariableDefinition variable) =>
        method.Body.Instructions.Where(i => i.OpCode.Code is Code.Ldloc or Code.Ldloc_0 or Code.Ldloc_1 or Code.Ldloc_2 or Code.Ldloc_3 or Code.Ldloc_S or Code.Ldloca or Code.Ldloca_S && Variable(method, i) == variable);

    private IEnumerable<Instruction> Stores(MethodDefinition method, VariableDefinition variable) =>
        method.Body.Instructions.Where(i => i.OpCode.Code is Code.Stloc or Code.Stloc_0 or Code.Stloc_1 or Code.Stloc_2 or Code.Stloc_3 or Code.Stloc_S && Variable(method, i) == variable && Flow(method).Operands(i).Count > 0);
}
