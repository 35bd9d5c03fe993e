WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddMuster();
builder.Services.AddMusterRegistration("orders");
builder.Services.AddHttpClient("payments", http => http.BaseAddress = new Uri("http://payments")).AddMusterDiscovery();

WebApplication app = builder.Build();
app.MapGet("/orders/{order}", async (string order, IHttpClientFactory clients, CancellationToken cancellation) =>
{
    using HttpResponseMessage paid = await clients.CreateClient("payments").PutAsync($"/payments/{order}", content: null, cancellation);
    paid.EnsureSuccessStatusCode();
    return await paid.Content.ReadFromJsonAsync<Receipt>(cancellation);
});
app.Run();

/// <summary>What payments answers.</summary>
internal sealed record Receipt(string Order, int PaidBy);
