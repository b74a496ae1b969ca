using System.Text.Json;
using System.Text.Json.Serialization;

namespace FFF.Evaluation.Molecules;

/// <summary>How good a set of molecules is.</summary>
/// <param name="Molecules">How many there are.</param>
/// <param name="MoleculeStability">The share of molecules whose atoms are all stable (<see cref="Stability"/>).</param>
/// <param name="AtomStability">The share of stable atoms.</param>
/// <param name="Validity">The share of valid molecules (<see cref="Molecules.Validity"/>).</param>
/// <param name="Uniqueness">How many different ones are among the valid ones, as a share of these; null without any.</param>
/// <param name="Novelty">The share of the different ones that the reference does not hold; null without reference or valid molecule.</param>
/// <param name="Connected">The share of molecules whose atoms are all connected by bonds.</param>
/// <param name="ValidUnique">How many different valid ones there are, as a share of all molecules.</param>
/// <param name="StableUnique">How many different ones are among the stable ones, as a share of all molecules.</param>
/// <param name="AtomsPerMolecule">The mean number of atoms.</param>
/// <param name="Reference">How they compare with the reference; null without one.</param>
public sealed record MoleculeReport(
    int Molecules, double MoleculeStability, double AtomStability, double Validity, double? Uniqueness, double? Novelty, double Connected, double ValidUnique,
    double StableUnique, double AtomsPerMolecule, MoleculeComparison? Reference)
{
    /// <summary>How many hold an element whose bonds cannot be told (<see cref="Valences.IsKnown"/>): they count as neither stable nor valid.</summary>
    public int UnknownElements { get; init; }

    /// <summary>As indented JSON with snake_case keys.</summary>
    public string Json() => JsonSerializer.Serialize(this, MoleculeJson.Default.MoleculeReport);
}

/// <summary>How far the distributions of molecules are from those of a reference.</summary>
/// <param name="Molecules">How many molecules the reference has.</param>
/// <param name="MoleculeStability">Its share of stable molecules.</param>
/// <param name="AtomStability">Its share of stable atoms.</param>
/// <param name="AtomTypesJensenShannon">Of the elements' frequencies, in bits, 0 to 1.</param>
/// <param name="BondTypesJensenShannon">Of the frequencies of kinds of bonds, in bits; null where there is no bond.</param>
/// <param name="AtomCountsWasserstein">Of the numbers of atoms.</param>
/// <param name="BondLengthsWasserstein">Of the lengths of all bonds, in ångström; null where there is no bond.</param>
/// <param name="BondAnglesWasserstein">Of the angles of all bonds, in degrees; null where there is no angle.</param>
/// <param name="Bonds">
/// The lengths by kind of bond, the reference's most frequent first; kinds that neither has in a hundredth of its bonds are not listed.
/// </param>
public sealed record MoleculeComparison(
    int Molecules, double MoleculeStability, double AtomStability, double AtomTypesJensenShannon, double? BondTypesJensenShannon, double AtomCountsWasserstein,
    double? BondLengthsWasserstein, double? BondAnglesWasserstein, IReadOnlyList<BondComparison> Bonds);

/// <summary>The lengths of one kind of bond.</summary>
/// <param name="Kind">Such as C=O.</param>
/// <param name="Share">Its share among the bonds of the molecules.</param>
/// <param name="ReferenceShare">Its share among the bonds of the reference.</param>
/// <param name="MeanLength">The mean length, in ångström; null where there is none.</param>
/// <param name="ReferenceMeanLength">The reference's, in ångström; null where there is none.</param>
/// <param name="Wasserstein">The distance of the lengths' distributions, in ångström; null where one has none.</param>
public sealed record BondComparison(string Kind, double Share, double ReferenceShare, double? MeanLength, double? ReferenceMeanLength, double? Wasserstein);

/// <summary>JSON without reflection, which starts faster.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, NewLine = "\n", WriteIndented = true)]
[JsonSerializable(typeof(MoleculeReport))]
internal sealed partial class MoleculeJson : JsonSerializerContext;
