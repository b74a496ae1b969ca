using FFF.Evaluation.Molecules;
using FFF.Spaces;
using Xunit;

namespace FFF.Tests.Evaluation.Molecules;

public sealed class BondLengthsTests
{
    // The usual lengths that EDM's rule takes, in picometres: of one element with each other one. Carbon has one with sulphur, sulphur none with carbon.
    private const string Singles = """
        H: H 74 C 109 N 101 O 96 F 92 B 119 Si 148 P 144 S 134 Cl 127 Br 141 I 161
        C: H 109 C 154 N 147 O 143 F 135 Si 185 P 184 S 182 Cl 177 Br 194 I 214
        N: H 101 C 147 N 145 O 140 F 136 Cl 175 Br 214 S 168 I 222 P 177
        O: H 96 C 143 N 140 O 148 F 142 Br 172 S 151 P 163 Si 163 Cl 164 I 194
        F: H 92 C 135 N 136 O 142 F 142 S 158 Si 160 Cl 166 Br 178 P 156 I 187
        B: H 119 Cl 175
        Si: Si 233 H 148 C 185 O 163 S 200 F 160 Cl 202 Br 215 I 243
        Cl: Cl 199 H 127 C 177 N 175 O 164 P 203 S 207 B 175 Si 202 F 166 Br 214
        S: H 134 C 182 N 168 O 151 S 204 F 158 Cl 207 Br 225 Si 200 P 210 I 234
        Br: Br 228 H 141 C 194 O 172 N 214 Si 215 S 225 F 178 Cl 214 P 222
        P: P 221 H 144 C 184 O 163 Cl 203 S 210 F 156 N 177 Br 222
        I: H 161 C 214 Si 243 N 222 O 194 S 234 F 187 I 266
        """;

    private const string Doubles = """
        C: C 134 N 129 O 120 S 160
        N: C 129 N 125 O 121
        O: C 120 N 121 O 121 P 150
        P: O 150 S 186
        S: P 186
        """;

    private const string Triples = """
        C: C 120 N 116 O 113
        N: C 116 N 110
        O: C 113
        """;

    /// <summary>The order of every pair of elements changes at the tables' lengths and 10, 5 and 3 pm, and nowhere else.</summary>
    [Fact]
    public void EveryPairHasItsLengths()
    {
        (Dictionary<(Element, Element), int> Lengths, int Margin)[] tables = [(Table(Singles), 10), (Table(Doubles), 5), (Table(Triples), 3)];
        foreach (var a in Elements.All)
        {
            foreach (var b in Elements.All)
            {
                for (var pm = 50.5; pm < 300; pm++)
                {
                    var expected = tables.TakeWhile(table => table.Lengths.TryGetValue((a, b), out var length) && pm < length + table.Margin).Count();
                    if (expected != BondLengths.Order(a, b, pm / 100))
                    {
                        Assert.Fail($"{a} and {b} at {pm} pm: {BondLengths.Order(a, b, pm / 100)} instead of {expected}.");
                    }
                }
            }
        }
    }

    private static Dictionary<(Element First, Element Second), int> Table(string text)
    {
        var table = new Dictionary<(Element, Element), int>();
        foreach (var line in text.Split('\n'))
        {
            var words = line.Replace(":", "", StringComparison.Ordinal).Split(' ');
            for (var i = 1; i < words.Length; i += 2)
            {
                var (a, b, length) = (Enum.Parse<Element>(words[0]), Enum.Parse<Element>(words[i]), int.Parse(words[i + 1]));
                table[(a, b)] = table[(b, a)] = length;
            }
        }

        return table;
    }
}
