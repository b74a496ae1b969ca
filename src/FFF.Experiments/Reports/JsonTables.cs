using System.Globalization;
using System.Text.Json;

namespace FFF.Reports;

/// <summary>Any JSON as tables: the results of evaluations, also of kinds that this program does not know.</summary>
internal static class JsonTables
{
    private const int ShortList = 12;
    private const int MaxRows = 200;
    private const int DeepestTable = 6;

    /// <summary>The element as HTML: what is single first, then each list and object under its name.</summary>
    public static string Of(JsonElement element, int depth = 0) => element.ValueKind switch
    {
        _ when depth > DeepestTable => $"<code>{Html.Text(Shortened(element.GetRawText()))}</code>",
        JsonValueKind.Object => OfObject(element, depth),
        JsonValueKind.Array when element.GetArrayLength() > 0 && element.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Object) =>
            OfRecords(element, depth),
        JsonValueKind.Array => OfList(element, depth),
        _ => Scalar(element),
    };

    private static string OfObject(JsonElement element, int depth)
    {
        var members = element.EnumerateObject().ToList();
        var simple = members.Where(member => IsScalar(member.Value) || IsShort(member.Value))
            .Select(member => (Words(member.Name), Of(member.Value, depth + 1)))
            .ToList();
        return (simple.Count > 0 ? Html.Pairs(simple) : "")
            + string.Concat(members.Where(member => !IsScalar(member.Value) && !IsShort(member.Value))
                .Select(member => $"<h5>{Html.Text(Words(member.Name))}</h5>\n{Of(member.Value, depth + 1)}"));
    }

    private static string OfRecords(JsonElement list, int depth)
    {
        var rows = list.EnumerateArray().ToList();
        var columns = rows.SelectMany(row => row.EnumerateObject().Select(member => member.Name)).Distinct().ToList();
        var table = Html.Table(
            columns.Select(Words),
            rows.Take(MaxRows).Select(row => columns.Select(column => row.TryGetProperty(column, out var cell) ? Of(cell, depth + 1) : "")));
        return table + (rows.Count > MaxRows ? $"<p class=\"aside\">{rows.Count - MaxRows} more rows are in the file.</p>\n" : "");
    }

    private static string OfList(JsonElement list, int depth)
    {
        var items = list.EnumerateArray().ToList();
        if (!items.All(IsScalar))
        {
            return string.Concat(items.Take(MaxRows).Select(item => Of(item, depth + 1)));
        }

        var text = string.Join(", ", items.Take(MaxRows * 10).Select(Scalar));
        return items.Count <= ShortList ? text : $"<details><summary>{items.Count} values</summary>{text}</details>";
    }

    private static bool IsShort(JsonElement element) => element.ValueKind == JsonValueKind.Array && element.EnumerateArray().All(IsScalar);

    private static bool IsScalar(JsonElement element) => element.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array);

    private static string Scalar(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number => Number(element),
        JsonValueKind.String => Html.Text(element.GetString()!),
        JsonValueKind.Null => "–",
        _ => Html.Text(element.GetRawText()),
    };

    private static string Number(JsonElement number) => number.TryGetInt64(out var whole)
        ? whole.ToString(CultureInfo.InvariantCulture)
        : Html.Number(number.GetDouble());

    private static string Words(string name) => name.Replace('_', ' ');

    private static string Shortened(string text) => text.Length <= 1000 ? text : text[..1000] + "…";
}
