return FFF.Cli.App.Run(args);
