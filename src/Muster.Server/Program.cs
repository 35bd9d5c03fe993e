using Muster.Server.Cli;

return await CommandLine.RunAsync(args);
