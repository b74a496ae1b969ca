using Mono.Cecil;
using Mono.Cecil.Cil;

namespace FFF.Build;

/// <summary>The methods that woven code calls, as the module at hand refers to them.</summary>
internal sealed class Keepers
{
    private readonly ModuleDefinition _module;
    private readonly MethodReference _toArray;

    /// <summary>Adds to the module what .NET does not have.</summary>
    public Keepers(ModuleDefinition module)
    {
        _module = module;
        KeepAlive = new MethodReference("KeepAlive", module.TypeSystem.Void, Named("System", "GC", "System.Runtime"))
        {
            Parameters = { new(module.TypeSystem.Object) },
        };

        AssemblyMetadata = new MethodReference(".ctor", module.TypeSystem.Void, Named("System.Reflection", "AssemblyMetadataAttribute", "System.Runtime"))
        {
            HasThis = true,
            Parameters = { new(module.TypeSystem.String), new(module.TypeSystem.String) },
        };

        var enumerable = Named("System.Linq", "Enumerable", "System.Linq");
        _toArray = new MethodReference("ToArray", module.TypeSystem.Void, enumerable);
        var element = new GenericParameter("TSource", _toArray);
        _toArray.GenericParameters.Add(element);
        _toArray.ReturnType = new ArrayType(element);
        _toArray.Parameters.Add(
            new(new GenericInstanceType(Named("System.Collections.Generic", "IEnumerable`1", "System.Runtime")) { GenericArguments = { element } }));

        // A variable whose address goes into a call that nobody sees through is alive for as long as its method runs.
        var keepValue = new MethodDefinition("Value", MethodAttributes.Assembly | MethodAttributes.Static | MethodAttributes.HideBySig, module.TypeSystem.Void)
        {
            ImplAttributes = MethodImplAttributes.NoInlining | MethodImplAttributes.NoOptimization,
            Parameters = { new("address", ParameterAttributes.None, new PointerType(module.TypeSystem.Void)) },
        };
        keepValue.Body.Instructions.Add(Instruction.Create(OpCodes.Ret));
        Returned = new FieldDefinition("Returned", FieldAttributes.Assembly | FieldAttributes.Static, new ArrayType(module.TypeSystem.Object));
        Returned.CustomAttributes.Add(new CustomAttribute(
            new MethodReference(".ctor", module.TypeSystem.Void, Named("System", "ThreadStaticAttribute", "System.Runtime")) { HasThis = true }));
        var holder = new TypeDefinition("FreeFormFlows",
            "Keep", TypeAttributes.NotPublic | TypeAttributes.Abstract | TypeAttributes.Sealed, module.TypeSystem.Object)
        {
            Methods = { keepValue },
            Fields = { Returned },
        };
        module.Types.Add(holder);
        KeepValue = keepValue;
    }

    /// <summary>new AssemblyMetadataAttribute(string key, string value)</summary>
    public MethodReference AssemblyMetadata { get; }

    /// <summary>GC.KeepAlive(object)</summary>
    public MethodReference KeepAlive { get; }

    /// <summary>Takes the address of a variable that is no reference itself.</summary>
    public MethodReference KeepValue { get; }

    /// <summary>What the last method that native code called on this thread returned addresses of, object[].</summary>
    public FieldDefinition Returned { get; }

    /// <summary>Enumerable.ToArray of a sequence.</summary>
    public MethodReference ToArray(TypeReference element) => new GenericInstanceMethod(_toArray) { GenericArguments = { element } };

    /// <summary>A type of .NET, in the assembly that the module finds it in.</summary>
    private TypeReference Named(string space, string name, string assembly) =>
        _module.GetTypeReferences().FirstOrDefault(type => type.Namespace == space && type.Name == name)
        ?? new TypeReference(space, name, _module,
            _module.AssemblyReferences.FirstOrDefault(reference => reference.Name == assembly) ?? _module.TypeSystem.CoreLibrary);
}
