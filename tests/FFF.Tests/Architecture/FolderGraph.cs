using Mono.Cecil;
using Mono.Cecil.Cil;

namespace FFF.Tests.Architecture;

/// <summary>Which folders of an assembly use which: by the types that signatures, fields and method bodies name.</summary>
/// <param name="Uses">For each folder those that it uses, itself left out.</param>
internal sealed record FolderGraph(IReadOnlyDictionary<string, IReadOnlySet<string>> Uses)
{
    private const string Root = "FFF";

    public static FolderGraph Of(string assembly)
    {
        using var module = ModuleDefinition.ReadModule(assembly);
        var uses = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        foreach (var type in module.GetTypes().Where(type => FolderOf(type) is not null))
        {
            var own = uses.TryGetValue(FolderOf(type)!, out var known) ? known : uses[FolderOf(type)!] = new(StringComparer.Ordinal);
            own.UnionWith(Named(type).Select(FolderOf).OfType<string>());
            own.Remove(FolderOf(type)!);
        }

        return new(uses.ToDictionary(folder => folder.Key, folder => (IReadOnlySet<string>)folder.Value));
    }

    /// <summary>Folders that use each other, directly or by way of others; empty where there is no cycle.</summary>
    public IReadOnlyList<string> Cycle()
    {
        var left = Uses.Keys.ToHashSet();
        while (left.FirstOrDefault(folder => !Uses[folder].Any(left.Contains)) is { } free)
        {
            left.Remove(free);
        }

        return [.. left.Order()];
    }

    /// <summary>How high each folder stands: 0 where it uses none, else one above the highest that it uses.</summary>
    public IReadOnlyDictionary<string, int> Heights()
    {
        var heights = new Dictionary<string, int>();
        int Height(string folder) =>
            heights.TryGetValue(folder, out var known) ? known : heights[folder] = Uses[folder].Select(used => 1 + Height(used)).DefaultIfEmpty().Max();
        foreach (var folder in Uses.Keys)
        {
            Height(folder);
        }

        return heights;
    }

    /// <summary>The arrows that do not follow from others.</summary>
    public IEnumerable<(string From, string To)> Arrows()
    {
        bool Reaches(string from, string to) => Uses[from].Contains(to) || Uses[from].Any(next => Reaches(next, to));
        return from folder in Uses
               from used in folder.Value
               where !folder.Value.Any(other => other != used && Reaches(other, used))
               select (folder.Key, used);
    }

    /// <summary>The folder of a type of ours, whose files are named by namespaces; null for others.</summary>
    private static string? FolderOf(TypeReference type)
    {
        var outer = type.GetElementType();
        while (outer.DeclaringType is { } declaring)
        {
            outer = declaring;
        }

        var parts = outer.Namespace.Split('.');
        return parts[0] != Root || outer.Scope is AssemblyNameReference ? null : parts.Length == 1 ? nameof(DensityModel) : parts[1];
    }

    private static IEnumerable<TypeReference> Named(TypeDefinition type) => new[] { type.BaseType }.OfType<TypeReference>()
        .Concat(type.Interfaces.Select(i => i.InterfaceType))
        .Concat(type.Fields.Select(field => field.FieldType))
        .Concat(type.Methods.SelectMany(Named))
        .SelectMany(Parts);

    private static IEnumerable<TypeReference> Named(MethodDefinition method) => method.Parameters.Select(parameter => parameter.ParameterType)
        .Append(method.ReturnType)
        .Concat(method.HasBody ? method.Body.Variables.Select(variable => variable.VariableType).Concat(method.Body.Instructions.SelectMany(Named)) : []);

    private static IEnumerable<TypeReference> Named(Instruction instruction) => instruction.Operand switch
    {
        TypeReference type => [type],
        GenericInstanceMethod call => [call.DeclaringType, .. call.GenericArguments],
        MemberReference { DeclaringType: { } declaring } => [declaring],
        _ => [],
    };

    /// <summary>The type and what it is made of.</summary>
    private static IEnumerable<TypeReference> Parts(TypeReference type) => type switch
    {
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Parts).Append(generic.ElementType),
        FunctionPointerType or GenericParameter => [],
        TypeSpecification specified => Parts(specified.ElementType),
        _ => [type],
    };
}
