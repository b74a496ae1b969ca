using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace FFF.Configuration.Binding;

/// <summary>The summaries and remarks in the library's XML documentation file, or nothing where that file is missing.</summary>
internal sealed partial class Documentation
{
    private readonly Dictionary<string, string> _members;

    private Documentation(Dictionary<string, string> members) => _members = members;

    /// <summary>Reads the file beside the assembly.</summary>
    public static Documentation Load()
    {
        var path = Path.Combine(AppContext.BaseDirectory, $"{typeof(Documentation).Assembly.GetName().Name}.xml");
        try
        {
            return new Documentation(XDocument.Load(path).Descendants("member").ToDictionary(member => (string)member.Attribute("name")!, Text));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or XmlException)
        {
            return new Documentation([]);
        }
    }

    public string? Of(Type type) => Find($"T:{type.FullName}");

    public string? Of(PropertyInfo property) => Find($"P:{property.DeclaringType!.FullName}.{property.Name}");

    public string? Of(FieldInfo field) => Find($"F:{field.DeclaringType!.FullName}.{field.Name}");

    private string? Find(string member) => _members.GetValueOrDefault(member);

    private static string Text(XElement member) =>
        Spaces().Replace(string.Join(' ', member.Elements().Where(part => part.Name.LocalName is "summary" or "remarks").Select(part => part.Value)), " ").Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
