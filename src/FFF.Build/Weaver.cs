using Mono.Cecil;

namespace FFF.Build;

/// <summary>Lets every object live for as long as native code, or code that reads native memory, uses an address taken out of it.</summary>
public static class Weaver
{
    /// <summary>The key of the assembly's metadata that marks a woven one.</summary>
    public const string Mark = "FreeFormFlows.KeepsNativeObjects";

    /// <summary>Weaves <paramref name="module"/> in place.</summary>
    /// <returns>How many methods were rewritten.</returns>
    public static int Weave(ModuleDefinition module)
    {
        ArgumentNullException.ThrowIfNull(module);
        MethodDefinition[] methods = [.. module.GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody)];
        var escapes = new Escapes(methods);
        string[] doubts = [.. methods.SelectMany(escapes.In).Distinct()];
        if (doubts.Length > 0)
        {
            throw new WeavingException(doubts);
        }

        HashSet<MethodDefinition> toNative = [.. methods.Where(escapes.ReturnsToNative)];
        var keepers = new Keepers(module);
        var woven = methods.Count(method => new MethodWeaver(method, keepers).Weave(toNative.Contains(method)));

        module.Assembly.CustomAttributes.Add(new CustomAttribute(keepers.AssemblyMetadata)
        {
            ConstructorArguments = { new(module.TypeSystem.String, Mark), new(module.TypeSystem.String, "true") },
        });
        return woven;
    }
}
