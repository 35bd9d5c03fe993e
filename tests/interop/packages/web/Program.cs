WebApplicationBuilder builder = WebApplication.CreateBuilder(args);

builder.Services.AddMuster();
builder.Services.AddMusterRegistration(builder.Configuration["name"]);
builder.Services.ConfigureHttpClientDefaults(http => http.AddMusterDiscovery());

builder.Services.AddHealthChecks().AddMuster();
WebApplication app = builder.Build();
app.MapHealthChecks("/health/ready");
app.MapGet("/hello", () => $"hello from {builder.Configuration["name"]}");
app.MapGet("/slow", async () =>
{
    await Task.Delay(1500);
    return "done";
});
app.MapGet("/ask/{service}", (string service, IHttpClientFactory clients) => clients.CreateClient().GetStringAsync($"http://{service}/hello"));
app.Run();
