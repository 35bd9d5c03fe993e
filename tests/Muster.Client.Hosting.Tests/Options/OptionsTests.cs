using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Muster.Client.Hosting.Options;
using static Muster.Client.Hosting.Tests.TestApp;

namespace Muster.Client.Hosting.Tests.Options;

public sealed class OptionsTests
{
    [Fact]
    public async Task Start_SeveralErrorsInBothSections_AreAllInOneMessage()
    {
        WebApplicationBuilder builder = Builder(
            null,
            ("Muster:Addresses:0", "ftp://registry"),
            ("Muster:FirstLookupTimeout", "01:00:00"),
            ("Muster:Defaults:Policy", "best"),
            ("Muster:Registration:Lease", "00:00:01"),
            ("Muster:Registration:Scheme", "gopher"),
            ("Muster:Registration:Port", "70000"),
            ("Muster:Registration:DrainPeriod", "00:05:00"),
            ("Muster:Registration:WaitForReady", "true"));
        builder.Services.AddMusterRegistration("not a name");
        await using WebApplication app = builder.Build();

        Exception failure = await Assert.ThrowsAnyAsync<Exception>(() => app.StartAsync());

        foreach (string name in new[]
        {
            "Muster:Addresses[0]: ", "Muster:FirstLookupTimeout: ", "Muster:Defaults.Policy: ", "Muster:Registration:Service: ", "Muster:Registration:Lease: ",
            "Muster:Registration:Scheme: ", "Muster:Registration:Port: ", "Muster:Registration:DrainPeriod: ", "Muster:Registration:WaitForReady: ",
        })
        {
            Assert.Contains(name, failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Start_UnknownKeysAndUnreadableValues_AreAllInOneMessage()
    {
        WebApplicationBuilder builder = Builder(
            null,
            ("Muster:Adresses:0", "http://registry"),
            ("Muster:Addresses:0", "registry"),
            ("Muster:Watch:PollInterval", "soon"),
            ("Muster:Services:payments:Retry:Methods", "Some"),
            ("Muster:Services:payments:Zone:Prefer", "perhaps"),
            ("Muster:Defaults:Zone:LoadFactor", "much"),
            ("Muster:Registration:Leese", "00:00:30"),
            ("Muster:Registration:Weight", "1.5"));
        builder.Services.AddMusterRegistration("orders");
        await using WebApplication app = builder.Build();

        Exception failure = await Assert.ThrowsAnyAsync<Exception>(() => app.StartAsync());

        foreach (string error in new[]
        {
            "Muster:Adresses: is no option; there are Addresses, ",
            "Muster:Addresses:0: must be an absolute address, got 'registry'",
            "Muster:Watch:PollInterval: must be a time such as 00:00:05, got 'soon'",
            "Muster:Services:payments:Retry:Methods: must be one of None, Safe, Idempotent, got 'Some'",
            "Muster:Services:payments:Zone:Prefer: must be true or false, got 'perhaps'",
            "Muster:Defaults:Zone:LoadFactor: must be a number, got 'much'",
            "Muster:Registration:Leese: is no option; there are ",
            "Muster:Registration:Weight: must be a whole number, got '1.5'",
        })
        {
            Assert.Contains(error, failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Sections_AreBoundWithNestedOptionsAndServices()
    {
        WebApplicationBuilder builder = Builder(
            null,
            ("Muster:Addresses:0", "http://registry-1:8500"),
            ("Muster:Addresses:1", "http://registry-2:8500"),
            ("Muster:Zone", "z1"),
            ("Muster:Watch:PollInterval", "00:00:07"),
            ("Muster:Snapshot:Path", "/var/lib/orders/muster"),
            ("Muster:Defaults:Policy", "p2c"),
            ("Muster:Services:payments:Policy", "ewma"),
            ("Muster:Services:payments:Retry:MaxRetries", "1"),
            ("Muster:Registration:Service", "orders"),
            ("Muster:Registration:Ports:admin", "9000"),
            ("Muster:Registration:Weight", "7"));
        builder.Services.AddMusterRegistration("unused", options => options.Tags.Add("from code"));
        builder.Services.AddMuster(options => options.Zone += "-code");
        await using WebApplication app = builder.Build();

        MusterClientOptions client = app.Services.GetRequiredService<IOptions<MusterClientOptions>>().Value;
        Assert.Equal([new("http://registry-1:8500"), new("http://registry-2:8500")], client.Addresses);
        Assert.Equal("z1-code", client.Zone);
        Assert.Equal(TimeSpan.FromSeconds(7), client.Watch.PollInterval);
        Assert.Equal("/var/lib/orders/muster", client.Snapshot.Path);
        Assert.Equal("p2c", client.Defaults.Policy);
        Assert.Equal("ewma", client.Services["PAYMENTS"].Policy);
        MusterRegistrationOptions registration = app.Services.GetRequiredService<IOptions<MusterRegistrationOptions>>().Value;
        Assert.Equal("orders", registration.Service);
        Assert.Equal(9000, registration.Ports["admin"]);
        Assert.Equal(7, registration.Weight);
        Assert.Equal(["from code"], registration.Tags);
    }

    [Fact]
    public async Task AddMuster_WithoutConfiguration_WorksWithDefaults()
    {
        var services = new ServiceCollection();
        services.AddMuster();
        await using ServiceProvider provider = services.BuildServiceProvider();

        Assert.Empty(provider.GetRequiredService<MusterClient>().Options.Addresses);
    }

    [Fact]
    public void AddMusterRegistration_Twice_SaysWhatToDo()
    {
        var services = new ServiceCollection();
        services.AddMusterRegistration("payments");

        Assert.Throws<InvalidOperationException>(() => services.AddMusterRegistration("orders"));
    }
}
