using System.Net;
using Microsoft.AspNetCore.Http;
using Muster.Client.Balancing;
using Muster.Client.Http;

namespace Muster.Client.Tests.Http;

public sealed class BodyTests
{
    private static readonly CancellationToken Never = CancellationToken.None;

    [Theory]
    [InlineData("text/event-stream", null, true)]
    [InlineData("application/octet-stream", null, true)]
    [InlineData("application/json; charset=utf-8", null, false)]
    [InlineData("application/octet-stream", 1000, false)]
    [InlineData("application/json", 100_000, true)]
    [InlineData(null, null, false)]
    public void IsWorthwhile_StreamsAndLongBodies(string? type, int? length, bool expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "http://payments/");
        using var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(Stream.Null) };
        if (type is not null)
        {
            response.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        response.Content.Headers.ContentLength = length;
        Assert.Equal(expected, BodyObservation.IsWorthwhile(request, response));
    }

    [Fact]
    public async Task Read_StreamBreaks_IsReported()
    {
        await using Fleet fleet = await Fleet.StartAsync(1);
        fleet.Backends[0].Answer = BreakOff;

        using HttpResponseMessage response = await fleet.Http.GetAsync(new Uri("http://payments/"), HttpCompletionOption.ResponseHeadersRead, Never);
        Target target = fleet.Service.Balancer.Targets.Single();
        Assert.Equal(1, target.Outstanding);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        await using Stream stream = await response.Content.ReadAsStreamAsync(Never);
        var buffer = new byte[100];
        Assert.Equal(5, await stream.ReadAsync(buffer, Never));
        await Assert.ThrowsAnyAsync<IOException>(async () => await stream.ReadExactlyAsync(buffer, Never));

        Assert.Equal((0, 1, 1), (target.Outstanding, target.Health.Calls, target.Health.Failures));
    }

    [Fact]
    public async Task Read_BufferedStreamBreaks_IsReported()
    {
        await using Fleet fleet = await Fleet.StartAsync(1);
        fleet.Backends[0].Answer = BreakOff;

        await Assert.ThrowsAsync<HttpRequestException>(() => fleet.Http.GetAsync(new Uri("http://payments/"), Never));

        Target target = fleet.Service.Balancer.Targets.Single();
        Assert.Equal((0, 1, 1), (target.Outstanding, target.Health.Calls, target.Health.Failures));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Read_StreamEndsOrIsLeft_IsASuccess(bool toTheEnd)
    {
        await using Fleet fleet = await Fleet.StartAsync(1);
        fleet.Backends[0].Answer = async context =>
        {
            context.Response.ContentType = "application/octet-stream";
            await context.Response.Body.WriteAsync(new byte[100_000], Never);
        };

        using (HttpResponseMessage response = await fleet.Http.GetAsync(new Uri("http://payments/"), HttpCompletionOption.ResponseHeadersRead, Never))
        {
            if (toTheEnd)
            {
                Assert.Equal(100_000, (await response.Content.ReadAsByteArrayAsync(Never)).Length);
            }
        }

        Target target = fleet.Service.Balancer.Targets.Single();
        Assert.Equal((0, 1, 0), (target.Outstanding, target.Health.Calls, target.Health.Failures));
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("5", 0)]
    [InlineData("14", 1)]
    public async Task Read_GrpcStatusInTheTrailers_IsWhatCounts(string status, int failures)
    {
        await using Fleet fleet = await Fleet.StartAsync(1);
        fleet.Backends[0].Answer = async context =>
        {
            context.Response.ContentType = "application/grpc";

            // the server has no trailers in HTTP/1.1, but leaves chunks to whoever writes them
            context.Response.Headers.TransferEncoding = "chunked";
            await context.Response.WriteAsync($"7\r\nmessage\r\n0\r\ngrpc-status: {status}\r\n\r\n", Never);
        };

        using HttpResponseMessage response = await fleet.Http.GetAsync(new Uri("http://payments/"), HttpCompletionOption.ResponseHeadersRead, Never);
        await using Stream stream = await response.Content.ReadAsStreamAsync(Never);
        await stream.CopyToAsync(Stream.Null, Never);

        Target target = fleet.Service.Balancer.Targets.Single();
        Assert.Equal((0, 1, failures), (target.Outstanding, target.Health.Calls, target.Health.Failures));
    }

    /// <summary>Promises more than it sends, upon which the server cuts the connection.</summary>
    private static async Task BreakOff(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.ContentLength = 100_000;
        await context.Response.WriteAsync("data:", Never);
    }
}
