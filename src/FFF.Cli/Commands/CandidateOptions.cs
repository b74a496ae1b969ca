using System.CommandLine;
using System.CommandLine.Parsing;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Sampling;

namespace FFF.Cli.Commands;

/// <summary>Options of <c>fff sample</c> by which each sample is the best of several draws.</summary>
internal static class CandidateOptions
{
    private const string Reconstruction = "reconstruction";
    private const string Density = "density";

    private static readonly Option<int?> Candidates = CommonOptions.Number<int>("--candidates",
        "Draws so many for each sample and keeps the best: no longer the flow's distribution, and as many times the cost.",
        n => n is >= 2 and <= CandidateChoice.MaxCandidates, $"a whole number from 2 to {CandidateChoice.MaxCandidates}");

    private static readonly Option<string?> Choose = new("--choose")
    {
        Description = $"What the best is known by: {Reconstruction}, the smallest ‖x − g(f(x))‖, which is taken if left out; or {Density}, the largest "
            + "log-density, of molecules the largest bound on it, whose exact Jacobians take long.",
        HelpName = $"{Reconstruction}|{Density}",
    };

    static CandidateOptions() => Choose.Validators.Add(result =>
    {
        if (result.Tokens is [var token] && token.Value is not (Reconstruction or Density))
        {
            result.AddError($"--choose: expected {Reconstruction} or {Density}, found '{token.Value}'.");
        }
    });

    /// <summary>The options.</summary>
    public static IReadOnlyList<Option> All { get; } = [Candidates, Choose];

    /// <summary>Adds the options to a command, with what does not go together.</summary>
    /// <param name="command">The command.</param>
    /// <param name="logProb">The option that asks for log-densities.</param>
    public static void AddTo(Command command, Option logProb)
    {
        foreach (var option in All)
        {
            command.Add(option);
        }

        command.Validators.Add(result => Check(result, logProb));
    }

    /// <summary>The choice; null where none was asked for.</summary>
    public static CandidateChoice? Of(ParseResult parsed) => parsed.GetValue(Candidates) is { } candidates
        ? new(candidates, parsed.GetValue(Choose) == Density ? CandidateCriterion.Density : CandidateCriterion.Reconstruction)
        : null;

    /// <summary>What tells files of samples apart; null where none was chosen.</summary>
    public static string? Name(CandidateChoice? choice) => choice is null ? null : $"best-of-{choice.Candidates}-{Word(choice)}";

    /// <summary>What is said of samples that were chosen, if they were.</summary>
    public static (string, string)[] Rows(CandidateChoice? choice) => choice is null
        ? []
        : [("chosen", $"each the best of {Words.Count(choice.Candidates)} by {Word(choice)}: not distributed as the flow's density")];

    private static string Word(CandidateChoice choice) => choice.By == CandidateCriterion.Density ? Density : Reconstruction;

    private static void Check(CommandResult result, Option logProb)
    {
        bool Given(Option option) => result.GetResult(option) is { Implicit: false };
        if (Given(Choose) && !Given(Candidates))
        {
            result.AddError("leave out --choose, or give --candidates, among which is chosen.");
        }

        if (Given(logProb) && Given(Candidates))
        {
            result.AddError("leave out --log-prob, or --candidates: the density of the best of several is not known.");
        }
    }
}
