using System.Text;

namespace FFF.Tests.Architecture;

/// <summary>The folders as an SVG: whoever uses another stands above it.</summary>
internal static class FolderPicture
{
    private const int Width = 120;
    private const int Height = 30;
    private const int GapX = 30;
    private const int GapY = 56;
    private const int Margin = 16;
    private const int Title = 40;

    /// <summary>The libraries one below the other, each under its name.</summary>
    public static string Of(params (string Name, FolderGraph Graph)[] libraries)
    {
        var rows = libraries.Select(library => Rows(library.Graph)).ToList();
        var whole = rows.SelectMany(library => library).Max(row => row.Length) * (Width + GapX) - GapX + 2 * Margin;
        var tops = rows.Aggregate(new List<int> { 0 }, (above, library) => [.. above, above[^1] + Title + library.Length * (Height + GapY)]);

        var svg = new StringBuilder();
        svg.Append(System.Globalization.CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {whole} {tops[^1] - GapY + Margin}\" font-family=\"sans-serif\" font-size=\"13\">\n");
        svg.Append("<defs><marker id=\"head\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\">"
            + "<path d=\"M0 0 8 4 0 8z\" fill=\"#667\"/></marker></defs>\n");
        foreach (var (i, (name, graph)) in libraries.Index())
        {
            svg.Append(System.Globalization.CultureInfo.InvariantCulture,
                $"<text x=\"{Margin}\" y=\"{tops[i] + Margin + 8}\" font-weight=\"bold\" fill=\"#223\">{name}</text>\n");
            Draw(svg, graph, Places(rows[i], whole, tops[i] + Title));
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static string[][] Rows(FolderGraph graph) =>
        [.. graph.Heights()
            .GroupBy(folder => folder.Value, folder => folder.Key)
            .OrderByDescending(row => row.Key)
            .Select(row => row.Order(StringComparer.Ordinal).ToArray())];

    private static Dictionary<string, (int X, int Y)> Places(string[][] rows, int whole, int top)
    {
        var places = new Dictionary<string, (int X, int Y)>();
        foreach (var (y, row) in rows.Index())
        {
            var left = (whole - row.Length * (Width + GapX) + GapX) / 2;
            foreach (var (x, folder) in row.Index())
            {
                places[folder] = (left + x * (Width + GapX), top + y * (Height + GapY));
            }
        }

        return places;
    }

    private static void Draw(StringBuilder svg, FolderGraph graph, Dictionary<string, (int X, int Y)> places)
    {
        foreach (var (from, to) in graph.Arrows())
        {
            svg.Append($"<path d=\"{Path(places, from, to)}\" fill=\"none\" stroke=\"#667\" marker-end=\"url(#head)\"/>\n");
        }

        foreach (var (folder, (x, y)) in places.OrderBy(place => place.Key, StringComparer.Ordinal))
        {
            svg.Append(System.Globalization.CultureInfo.InvariantCulture,
                $"<rect x=\"{x}\" y=\"{y}\" width=\"{Width}\" height=\"{Height}\" rx=\"5\" fill=\"#eef3fb\" stroke=\"#4a6fa5\"/>");
            svg.Append(System.Globalization.CultureInfo.InvariantCulture,
                $"<text x=\"{x + Width / 2}\" y=\"{y + 20}\" text-anchor=\"middle\" fill=\"#223\">{folder}</text>\n");
        }
    }

    /// <summary>From box to box; where there are rows between, through the nearest gap of each.</summary>
    private static string Path(Dictionary<string, (int X, int Y)> places, string from, string to)
    {
        var ((x, y), (endX, endY)) = ((places[from].X + Width / 2, places[from].Y + Height), (places[to].X + Width / 2, places[to].Y));
        var path = $"M{x} {y}";
        for (; y + GapY < endY; y += Height + GapY)
        {
            var row = places.Values.Where(place => place.Y == y + GapY).Select(place => place.X).Order().ToArray();
            int[] gaps = [row[0] - GapX / 2, .. row.Select(left => left + Width + GapX / 2)];
            var gap = gaps.MinBy(candidate => Math.Abs(candidate - x) + Math.Abs(candidate - endX));
            path += $"{Curve(x, y, gap, y + GapY)} V{y + GapY + Height}";
            x = gap;
        }

        return path + Curve(x, y, endX, endY);
    }

    private static string Curve(int x1, int y1, int x2, int y2) => $" C{x1} {(y1 + y2) / 2} {x2} {(y1 + y2) / 2} {x2} {y2}";
}
