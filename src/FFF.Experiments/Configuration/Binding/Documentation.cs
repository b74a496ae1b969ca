using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace FFF.Configuration.Binding;

/// <summary>The summaries and remarks in the XML documentation files of the assemblies that are asked about, or nothing where such a file is missing.</summary>
internal sealed partial class Documentation
{
    private readonly Dictionary<Assembly, Dictionary<string, string>> _members = [];

    public string? Of(Type type) => Find(type, $"T:{type.FullName}");

    public string? Of(PropertyInfo property) => Find(property.DeclaringType!, $"P:{property.DeclaringType!.FullName}.{property.Name}");

    public string? Of(FieldInfo field) => Find(field.DeclaringType!, $"F:{field.DeclaringType!.FullName}.{field.Name}");

    private string? Find(Type type, string member)
    {
        if (!_members.TryGetValue(type.Assembly, out var members))
        {
            _members[type.Assembly] = members = Read(type.Assembly);
        }

        return members.GetValueOrDefault(member);
    }

    /// <summary>Reads the file beside the program, or else beside the assembly.</summary>
    private static Dictionary<string, string> Read(Assembly assembly)
    {
        var name = $"{assembly.GetName().Name}.xml";
        var path = Path.Combine(AppContext.BaseDirectory, name);
        try
        {
            path = File.Exists(path) ? path : Path.Combine(Path.GetDirectoryName(assembly.Location) ?? "", name);
            return XDocument.Load(path).Descendants("member").ToDictionary(member => (string)member.Attribute("name")!, Text);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or XmlException)
        {
            return [];
        }
    }

    private static string Text(XElement member) =>
        Spaces().Replace(string.Join(' ', member.Elements().Where(part => part.Name.LocalName is "summary" or "remarks").Select(part => part.Value)), " ")
            .Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
