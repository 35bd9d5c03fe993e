using Microsoft.Extensions.DependencyInjection;
using Muster.Client.Registration;

namespace Muster.Client.Hosting.Tests;

public class ContainerTests
{
    [Fact]
    public void Container_DisposedInTheOldWay_LetsGoOfClientAndRegistrar()
    {
        var services = new ServiceCollection();
        services.AddMusterRegistration("payments");
        MusterClient client;
        using (ServiceProvider provider = services.BuildServiceProvider())
        {
            provider.GetRequiredService<Registrar>();
            client = provider.GetRequiredService<MusterClient>();
            client.Service("orders");
        }

        Assert.Throws<ObjectDisposedException>(() => client.Service("payments"));
    }
}
