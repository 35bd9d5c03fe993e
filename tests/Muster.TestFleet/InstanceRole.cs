using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Muster.Client.Registration;

namespace Muster.TestFleet;

/// <summary>An instance that registers itself and answers <c>/whoami</c> with its id. Says <c>ready</c> when it is registered.</summary>
/// <remarks>--registry URLS, --service NAME, --id ID; --lease seconds (10), --drain seconds (1).</remarks>
internal static class InstanceRole
{
    public static async Task RunAsync(Arguments arguments)
    {
        string id = arguments.Required("id");
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddMuster(options =>
        {
            foreach (Uri address in arguments.Addresses())
            {
                options.Addresses.Add(address);
            }
        });
        builder.Services.AddMusterRegistration(arguments.Required("service"), options =>
        {
            options.Id = id;
            options.Lease = TimeSpan.FromSeconds(arguments.Number("lease", 10));
            options.DrainPeriod = TimeSpan.FromSeconds(arguments.Number("drain", 1));
            options.Required = true;
        });

        WebApplication app = builder.Build();
        app.MapGet("/whoami", (HttpContext context) => context.Response.WriteAsync(id));
        await app.StartAsync();
        RegisteredInstance instance = app.Services.GetRequiredService<Registrar>().Instances.Single();
        Console.WriteLine(instance.Status.State == RegistrationState.Registered ? "ready" : $"not registered: {instance.Status}");
        await app.WaitForShutdownAsync();
    }
}
