using System.Net;
using System.Text;
using Muster.Client.Registration;

namespace Muster.Client.Tests.Registration;

/// <summary>What a registered instance is kept alive with.</summary>
public sealed class RenewalTests : RegistrarTest
{
    [Fact]
    public async Task Renewal_ComesAtAThirdOfTheLease_WithinTenPercent()
    {
        Registrar registrar = Make();
        await registrar.RegisterAsync(Instance("a"));

        Assert.InRange(await QuietAsync(), TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(11.01));
        await PassAsync(TimeSpan.FromSeconds(11.1));

        Assert.Equal(["POST /api/v1/instances", "PUT /api/v1/instances/a/renew"], Registry.Calls);
    }

    [Fact]
    public async Task Renewal_RegistryLostTheInstance_RegistersAgainAtOnce()
    {
        Registrar registrar = Make();
        RegisteredInstance entry = await registrar.RegisterAsync(Instance("a"));
        await QuietAsync();
        Registry.Instances.Clear();

        await PassAsync(TimeSpan.FromSeconds(11.1));

        Assert.Equal(["POST /api/v1/instances", "PUT /api/v1/instances/a/renew", "POST /api/v1/instances"], Registry.Calls);
        Assert.Equal(RegistrationState.Registered, entry.Status.State);
        Assert.True(Registry.Instances.ContainsKey("a"));
    }

    [Theory]
    [InlineData(404, "text/html", "<html>no such page</html>")]
    [InlineData(200, "text/html", "<html>welcome</html>")]
    [InlineData(500, "text/plain", "oops")]
    [InlineData(404, "application/problem+json", "{\"type\":\"urn:muster:problem:no-endpoint\"")]
    public async Task Renewal_AnswerIsNotTheRegistrys_IsAFailureAndNothingElse(int status, string media, string body)
    {
        Registrar registrar = Make();
        RegisteredInstance entry = await registrar.RegisterAsync(Instance("a"));
        await QuietAsync();
        Registry.Fault = _ => new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8, media) };

        await PassAsync(await QuietAsync() + TimeSpan.FromMilliseconds(1));

        Assert.Equal(1, entry.Status.Failures);
        Assert.Equal(RegistrationState.Registered, entry.Status.State);
        Assert.Equal(["POST /api/v1/instances", "PUT /api/v1/instances/a/renew"], Registry.Calls);
    }

    [Fact]
    public async Task Status_NoRenewalForALease_IsLostAndComesBack()
    {
        Registrar registrar = Make();
        RegisteredInstance entry = await registrar.RegisterAsync(Instance("a"));
        await QuietAsync();
        Registry.Fault = _ => throw new HttpRequestException("connection refused");

        for (int second = 0; second < 30; second++)
        {
            Assert.Equal(RegistrationState.Registered, entry.Status.State);
            await PassAsync(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(RegistrationState.Lost, entry.Status.State);
        Assert.Equal(TimeSpan.Zero, entry.Status.LeaseLeft);

        Registry.Fault = null;
        await PassAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(RegistrationState.Registered, entry.Status.State);
    }

    [Fact]
    public async Task SeveralInstances_RegisteredTogether_ShareOneRenewal()
    {
        Registry.Fault = _ => throw new HttpRequestException("connection refused");
        Registrar registrar = Make();
        foreach (string id in new[] { "a", "b", "c" })
        {
            await registrar.RegisterAsync(Instance(id));
        }

        await QuietAsync();
        Registry.Fault = null;
        registrar.RenewNow();
        await UntilAsync(() => registrar.Instances.All(entry => entry.WasAcknowledged));
        Assert.Equal("POST /api/v1/instances/batch", Registry.Calls[^1]);

        await QuietAsync();
        Registry.Instances.Remove("b");
        await PassAsync(TimeSpan.FromSeconds(11.1));

        Assert.Equal(["POST /api/v1/instances/renew", "POST /api/v1/instances"], Registry.Calls.TakeLast(2));
        Assert.All(registrar.Instances, entry => Assert.Equal(RegistrationState.Registered, entry.Status.State));
        Assert.Equal(3, Registry.Instances.Count);
    }

    [Fact]
    public async Task Starting_MarkUpDuringARenewal_IsNotTakenForToldByIt()
    {
        Registrar registrar = Make();
        RegisteredInstance entry = await registrar.RegisterAsync(Instance("a") with { Starting = true });
        await QuietAsync();
        Registry.Fault = request =>
        {
            // the renewal is under way
            if (request.Method == HttpMethod.Put)
            {
                entry.MarkUp();
            }

            return null;
        };

        Time.Advance(TimeSpan.FromSeconds(11.1));

        await UntilAsync(() => (string)Registry.Instances["a"]["state"]! == "up");
    }
}
