using System.CommandLine;
using Muster.Server.Cli;

namespace Muster.Server.Demo;

/// <summary><c>muster demo-service</c>: what the demo starts; not for people, so not in the help.</summary>
internal static class DemoServiceCommand
{
    public const string Name = "demo-service";

    public static Command Create(Option<string?> address, Func<string, string?> environment)
    {
        var command = new Command(Name) { Hidden = true };
        var service = new Argument<string>("service");
        var id = new Argument<string>("id");
        command.Arguments.Add(service);
        command.Arguments.Add(id);
        command.SetAction((arguments, cancellation) => DemoService.RunAsync(
            ServerAddress.Find(arguments.GetValue(address), environment), arguments.GetValue(service)!, arguments.GetValue(id)!,
            Console.OpenStandardInput(), cancellation));
        return command;
    }
}
