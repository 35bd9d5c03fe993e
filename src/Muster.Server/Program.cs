using Muster.Server.Cli;
using Muster.Server.Cli.Output;
using Muster.Server.Hosting;

var commandLine = new CommandLine(CommandOutput.OfProcess(), Environment.GetEnvironmentVariable, AgentHost.RunAsync);
return await commandLine.RunAsync(args);
