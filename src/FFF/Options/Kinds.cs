using System.Reflection;

namespace FFF.Options;

/// <summary>
/// The kinds that configurations can name: those that an assembly says it has (<see cref="KindAttribute{TBase, TKind}"/>). This
/// library's are there from the start, others' once their assembly is registered. Of an assembly only its attributes are read.
/// </summary>
/// <remarks>
/// Kinds are listed assembly by assembly, this library's first, the others in the order in which they were registered; within an
/// assembly by <see cref="KindAttribute.Order"/>, then by name.
/// </remarks>
public static class Kinds
{
    private static readonly Lock Gate = new();
    private static volatile Registry Registered = new Registry([], new Dictionary<Type, IReadOnlyList<KindAttribute>>()).With(typeof(Kinds).Assembly,
        In(typeof(Kinds).Assembly));

    /// <summary>Makes an assembly's kinds known, as that of a plug-in. One that is known already is passed over.</summary>
    /// <exception cref="ArgumentException">Two kinds of one base have the same name; the message names both. Nothing is registered.</exception>
    public static void Register(Assembly assembly)
    {
        // Reading the attributes may load another assembly, which registers itself meanwhile: they are read before what is registered.
        var kinds = In(assembly);
        lock (Gate)
        {
            Registered = Registered.With(assembly, kinds);
        }
    }

    /// <summary>The kinds that an assembly says it has, whether it is registered or not.</summary>
    public static IReadOnlyList<KindAttribute> In(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        return [.. assembly.GetCustomAttributes<KindAttribute>()];
    }

    /// <summary>The kinds of a base; empty if there are none.</summary>
    public static IReadOnlyList<KindAttribute> Of(Type @base) => Registered.Kinds.GetValueOrDefault(@base) ?? [];

    /// <summary>The name of a kind, such as fff.</summary>
    /// <typeparam name="TBase">What it is a kind of.</typeparam>
    /// <exception cref="ArgumentException">It is not registered.</exception>
    public static string NameOf<TBase>(TBase kind)
        where TBase : class => Of(typeof(TBase)).FirstOrDefault(candidate => candidate.Kind == kind.GetType())?.Name
            ?? throw new ArgumentException($"{kind.GetType()} is no kind of {typeof(TBase).Name} that is registered.", nameof(kind));

    /// <summary>Changes whenever an assembly is registered: what was derived from the kinds counts as long as it stays the same.</summary>
    internal static object Version => Registered;

    /// <summary>The assemblies that are known, and the kinds of each base.</summary>
    private sealed record Registry(IReadOnlyList<Assembly> Assemblies, IReadOnlyDictionary<Type, IReadOnlyList<KindAttribute>> Kinds)
    {
        public Registry With(Assembly assembly, IReadOnlyList<KindAttribute> added)
        {
            if (Assemblies.Contains(assembly))
            {
                return this;
            }

            var kinds = Kinds.ToDictionary();
            foreach (var more in added.GroupBy(kind => kind.Base))
            {
                IReadOnlyList<KindAttribute> all = [.. kinds.GetValueOrDefault(more.Key) ?? [],
                    .. more.OrderBy(kind => kind.Order).ThenBy(kind => kind.Name, StringComparer.Ordinal)];
                if (all.GroupBy(kind => kind.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
                {
                    throw new ArgumentException($"Two kinds of {more.Key.Name} have the name '{twice.Key}': "
                        + $"{string.Join(" and ", twice.Select(kind => $"{kind.Kind} of {kind.Kind.Assembly.GetName().Name}"))}. Rename one of them.");
                }

                kinds[more.Key] = all;
            }

            return new([.. Assemblies, assembly], kinds);
        }
    }
}
