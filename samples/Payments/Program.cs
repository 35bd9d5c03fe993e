WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddMuster();
builder.Services.AddMusterRegistration("payments");

WebApplication app = builder.Build();

// paying the same order twice is paying it once, so callers may try again
app.MapPut("/payments/{order}", (string order) => new Receipt(order, Environment.ProcessId));
app.Run();

/// <summary>What was paid, and by which process.</summary>
internal sealed record Receipt(string Order, int PaidBy);
