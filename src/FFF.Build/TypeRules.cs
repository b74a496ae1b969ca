using Mono.Cecil;

namespace FFF.Build;

/// <summary>What the weaver has to know of a type: whether it carries addresses, and whether it can keep objects alive.</summary>
internal static class TypeRules
{
    /// <summary>
    /// Whether a value of this type is or carries an address that the collector knows nothing of: IntPtr, pointers, what
    /// holds them (arrays, lists, tuples, structures), and spans, which may lie over native memory. Not classes of the module
    /// at hand that have some: taking an address out of one of these is looked at where it happens.
    /// </summary>
    public static bool IsAddress(TypeReference type) => type switch
    {
        PointerType => true,
        GenericInstanceType generic => !IsDelegate(generic) && generic.ElementType is not TypeDefinition { IsValueType: false }
            && (IsSpan(generic) || generic.GenericArguments.Any(IsAddress)),
        TypeSpecification specification => IsAddress(specification.ElementType),
        _ when type.FullName is "System.IntPtr" or "System.UIntPtr" => true,
        TypeDefinition { IsValueType: true, IsEnum: false } structure => structure.Fields.Any(field => !field.IsStatic && IsAddress(field.FieldType)),
        _ => false,
    };

    /// <summary>Span&lt;T&gt; or ReadOnlySpan&lt;T&gt;.</summary>
    public static bool IsSpan(TypeReference type) => type.GetElementType().FullName is "System.Span`1" or "System.ReadOnlySpan`1";

    /// <summary>Whether a variable of this type is a reference, which GC.KeepAlive takes as it is.</summary>
    public static bool IsReference(TypeReference type) =>
        type is { IsValueType: false, IsByReference: false, IsPointer: false, IsGenericParameter: false } && type.MetadataType != MetadataType.TypedByReference;

    /// <summary>Whether a variable that is no reference itself may hold some: a span, a generic value, a structure.</summary>
    public static bool MayHoldReferences(TypeReference type) => type switch
    {
        GenericParameter => true,
        PointerType or ByReferenceType => false,
        { IsValueType: false } => true,
        GenericInstanceType generic => IsSpan(generic) || generic.GenericArguments.Any(MayHoldReferences),
        TypeDefinition { IsEnum: false } structure =>
            structure.Fields.Any(field => !field.IsStatic && field.FieldType != structure && MayHoldReferences(field.FieldType)),
        _ => false,
    };

    /// <summary>The element type of a sequence that may be computed only when it is gone through, or null.</summary>
    public static TypeReference? LazyElement(TypeReference type) =>
        type is GenericInstanceType { GenericArguments: [var element] } generic && !IsAddress(element)
        && generic.ElementType.FullName is "System.Collections.Generic.IEnumerable`1" or "System.Collections.Generic.ICollection`1"
            or "System.Collections.Generic.IList`1"
            or "System.Collections.Generic.IReadOnlyCollection`1" or "System.Collections.Generic.IReadOnlyList`1"
            ? ((GenericInstanceType)type).GenericArguments[0]
            : null;

    /// <summary>Whether calling such a delegate yields an address.</summary>
    public static bool YieldsAddress(TypeReference type) => type switch
    {
        GenericInstanceType { GenericArguments: [.., var result] } generic =>
            generic.ElementType.Name.StartsWith("Func`", StringComparison.Ordinal) && IsAddress(result),
        TypeDefinition definition => IsDelegate(definition) && definition.Methods.Any(method => method.Name == "Invoke" && IsAddress(method.ReturnType)),
        _ => false,
    };

    /// <summary>A type as it is where a method or field of a generic type or method is used.</summary>
    public static TypeReference In(MemberReference member, TypeReference type)
    {
        switch (type)
        {
            case GenericParameter { Type: GenericParameterType.Method } parameter:
                return member is GenericInstanceMethod instance ? instance.GenericArguments[parameter.Position] : parameter;
            case GenericParameter parameter:
                return member.DeclaringType is GenericInstanceType declaring ? declaring.GenericArguments[parameter.Position] : parameter;
            case ArrayType array:
                return new ArrayType(In(member, array.ElementType), array.Rank);
            case ByReferenceType reference:
                return new ByReferenceType(In(member, reference.ElementType));
            case GenericInstanceType generic:
                var resolved = new GenericInstanceType(generic.ElementType);
                foreach (var argument in generic.GenericArguments)
                {
                    resolved.GenericArguments.Add(In(member, argument));
                }

                return resolved;
            case IModifierType modified:
                return In(member, modified.ElementType);
            default:
                return type;
        }
    }

    private static bool IsDelegate(TypeReference type) =>
        type is TypeDefinition { BaseType.FullName: "System.MulticastDelegate" } || type.GetElementType() is { Namespace: "System" } element
        && (element.Name.StartsWith("Func`", StringComparison.Ordinal) || element.Name.StartsWith("Action`", StringComparison.Ordinal));
}
