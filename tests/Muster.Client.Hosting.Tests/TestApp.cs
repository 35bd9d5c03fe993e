using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Muster.Client.Registration;
using Muster.FunctionalTests;

namespace Muster.Client.Hosting.Tests;

/// <summary>Real web applications on free ports, with settings as an appsettings.json would give them.</summary>
internal static class TestApp
{
    public static WebApplicationBuilder Builder(RunningAgent? agent, params (string Key, string Value)[] settings)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var values = new Dictionary<string, string?> { ["Muster:Registration:DrainPeriod"] = "00:00:00" };
        if (agent is not null)
        {
            values["Muster:Addresses:0"] = agent.Client.BaseAddress!.AbsoluteUri;
        }

        foreach ((string key, string value) in settings)
        {
            values[key] = value;
        }

        builder.Configuration.AddInMemoryCollection(values);
        return builder;
    }

    /// <summary>The one instance that the application has registered, once the registry has acknowledged it.</summary>
    public static async Task<RegisteredInstance> RegisteredAsync(this WebApplication app)
    {
        Registrar registrar = app.Services.GetRequiredService<Registrar>();
        await UntilAsync(() => registrar.Instances is [{ Status.State: RegistrationState.Registered }]);
        return registrar.Instances[0];
    }

    public static async Task UntilAsync(Func<bool> condition) => await UntilAsync(() => Task.FromResult(condition()));

    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!await condition())
        {
            Assert.False(limit.IsCancellationRequested, "it did not come about within 20 s");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }
}
