using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.Services.AddMusterRegistration("worker");
builder.Services.AddHttpClient("web", http => http.BaseAddress = new Uri("http://web")).AddMusterDiscovery();
using IHost host = builder.Build();
await host.StartAsync();

HttpClient http = host.Services.GetRequiredService<IHttpClientFactory>().CreateClient("web");
Console.WriteLine(await http.GetStringAsync(new Uri("/hello", UriKind.Relative)));
await host.WaitForShutdownAsync();
