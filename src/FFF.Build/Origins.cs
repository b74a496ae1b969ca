using Mono.Cecil;
using Mono.Cecil.Cil;

namespace FFF.Build;

/// <summary>Where a method has its objects from.</summary>
internal sealed class Origins(Flows flows)
{
    /// <summary>
    /// Whether the caller keeps the objects that an address is taken out of, as it passed them: they are parameters, or what
    /// these or static fields hold.
    /// </summary>
    public bool IsHeldByCaller(MethodDefinition method, AddressRead read) =>
        read.Owners.All(i => AreHeld(method, flows[method].Operands(read.At)[i], []));

    private bool AreHeld(MethodDefinition method, IEnumerable<Instruction> producers, HashSet<Instruction> seen) =>
        producers.All(producer => IsHeld(method, producer, seen));

    private bool IsHeld(MethodDefinition method, Instruction producer, HashSet<Instruction> seen)
    {
        if (!seen.Add(producer))
        {
            return true;
        }

        var operands = flows[method].Operands(producer);
        if (Variables.LoadedArgument(method, producer) is { } argument)
        {
            return Stores(method, i => Variables.StoredArgument(method, i) == argument).All(store => AreHeld(method, store, seen));
        }

        if (Variables.Loaded(method, producer) is { } variable)
        {
            var stores = Stores(method, i => Variables.Stored(method, i) == variable).ToList();
            return stores.Count > 0 && !IsFilledByCall(method, variable) && stores.TrueForAll(store => AreHeld(method, store, seen));
        }

        return producer.OpCode.Code switch
        {
            Code.Ldsfld or Code.Ldnull or Code.Ldstr or Code.Ldftn => true,
            Code.Ldfld or Code.Ldflda or Code.Castclass or Code.Isinst or Code.Dup or Code.Box or Code.Unbox or Code.Unbox_Any or Code.Ldind_Ref or Code.Ldobj
                or Code.Ldelem_Ref or Code.Ldelem_Any or Code.Ldelema => AreHeld(method, operands[0], seen),
            Code.Call or Code.Callvirt when IsElement((MethodReference)producer.Operand) => AreHeld(method, operands[0], seen),
            Code.Call or Code.Newobj when IsSelection((MethodReference)producer.Operand) => operands.All(operand => AreHeld(method, operand, seen)),
            _ => false,
        };
    }

    private IEnumerable<HashSet<Instruction>> Stores(MethodDefinition method, Func<Instruction, bool> isStore) =>
        method.Body.Instructions.Where(isStore).Select(flows[method].Operands).Where(operands => operands.Count > 0).Select(operands => operands[0]);

    /// <summary>Whether a call gets the address of a variable, but to call the variable's own method.</summary>
    private bool IsFilledByCall(MethodDefinition method, VariableDefinition variable) =>
        method.Body.Instructions.Where(i => i.OpCode.Code is Code.Ldloca or Code.Ldloca_S && i.Operand == variable)
            .Any(load => flows[method].Consumers(load)
                .Any(i => i.Operand is MethodReference called && !(called.HasThis && flows[method].Operands(i)[0].Contains(load))));

    /// <summary>Whether a function of .NET gives an element of what it is called on.</summary>
    private static bool IsElement(MethodReference called) =>
        called is not MethodDefinition && called.HasThis && called.Name is "get_Item" or "get_Current" or "get_Key" or "get_Value" or "GetEnumerator";

    /// <summary>Whether a function of .NET passes on what it is given, or addresses of it, and makes nothing new; or makes a delegate.</summary>
    private static bool IsSelection(MethodReference called) => called switch
    {
        { Name: ".ctor", Parameters: [{ ParameterType.FullName: "System.Object" }, { ParameterType.FullName: "System.IntPtr" }] } => true,
        MethodDefinition => false,
        { Name: "op_Implicit" or "ToArray" or "ToList" or "Where" } => true,
        { Name: "Select" } => TypeRules.IsAddress(TypeRules.In(called, called.ReturnType)),
        _ => false,
    };
}
