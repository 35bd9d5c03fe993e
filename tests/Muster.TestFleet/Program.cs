using Muster.TestFleet;

// What the failure tests start as processes, in one program: the role is the first word.
var arguments = new Arguments(args);
switch (args.FirstOrDefault())
{
    case "instance":
        await InstanceRole.RunAsync(arguments);
        return 0;
    case "caller":
        await CallerRole.RunAsync(arguments);
        return 0;
    case "clients":
        await ClientsRole.RunAsync(arguments);
        return 0;
    default:
        await Console.Error.WriteLineAsync("usage: Muster.TestFleet instance|caller|clients --option value ...");
        return 2;
}
