using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using FFF.Cli.Commands;
using FFF.Cli.Parsing;
using FFF.Cli.Rendering;
using FFF.Sweeps;

namespace FFF.Cli;

/// <summary>The program: parses its arguments, runs the command, and turns failures into messages and exit codes.</summary>
internal static class App
{
    /// <summary>Runs the program.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static int Run(string[] args)
    {
        ProcessSignals.LeaveGroup();
        OutputText.Prepare();
        StandardStreams.Prepare();
        try
        {
            args = ShellWords.WithHome(args);
            PluginOption.Load(args);
            var parsed = Root(args).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (MissingValues.Of(parsed, args).ToList() is { Count: > 0 } missing)
            {
                return UsageErrors.Report(parsed, missing);
            }

            if (parsed.Action is ParseErrorAction)
            {
                return UsageErrors.Report(parsed);
            }

            DataRootOption.Apply(parsed);
            var code = parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
            return Told(code, isKept: parsed.CommandResult.Command.Name is TrainCommand.NameOfCommand or SweepCommand.Name);
        }
        catch (Exception e)
        {
            return Failures.Report(e);
        }
    }

    /// <summary>The exit code of a command whose results stdout may not have taken; where they are kept in files besides, that is no failure.</summary>
    private static int Told(int code, bool isKept)
    {
        if (code != ExitCode.Done || StandardStreams.OutProblem is not { } problem)
        {
            return code;
        }

        Console.Error.WriteLine($"{(isKept ? "Warning" : "fff")}: stdout did not take all that was written to it: {problem}.");
        return isKept ? code : ExitCode.Failed;
    }

    private static RootCommand Root(string[] args)
    {
        var root = new RootCommand("Free-form flows: trains any dimension-preserving network as a normalizing flow, samples from it and scores it.")
        {
            PluginOption.Create(),
            DataRootOption.Create(),
        };
        foreach (var command in (IEnumerable<Command>)
        [
            InitCommand.Create(),
            TrainCommand.Create(),
            SampleCommand.Create(),
            RowsCommand.LogProb(),
            RowsCommand.Encode(),
            MapCommand.Create(),
            SimulateCommand.Create(),
            ExportCommand.Create(),
            .. EvaluationCommand.CreateAll(args),
            PredictiveCommand.Create(),
            PlotCommand.Create(),
            RunsCommand.Create(),
            SweepCommand.Create(),
            CompareMethodsCommand.Create(),
            ReportCommand.Create(),
            PaperCommand.Create(),
            DataCommand.Create(),
            ConfigCommand.Create(),
            DoctorCommand.Create(),
            BenchCommand.Create(),
            CompletionCommand.Create(),
            ReferenceCommand.Create(),
        ])
        {
            root.Add(command);
        }

        NameArguments(root);
        foreach (var option in root.Options.OfType<HelpOption>())
        {
            option.Action = new ExamplesHelp();
        }

        return root;
    }

    /// <summary>Help shows an argument's completions in place of its name, unless it is told what to show.</summary>
    private static void NameArguments(Command command)
    {
        foreach (var argument in command.Arguments)
        {
            argument.HelpName ??= argument.Name;
        }

        foreach (var inner in command.Subcommands)
        {
            NameArguments(inner);
        }
    }
}
