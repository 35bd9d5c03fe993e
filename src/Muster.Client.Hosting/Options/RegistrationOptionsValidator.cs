using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Muster.Client.Hosting.Options;

/// <summary>Finds everything that is wrong with section <c>Muster:Registration</c> at once, also what does not fit the host.</summary>
internal sealed class RegistrationOptionsValidator(IOptions<HostOptions> host, IServiceProvider services) : IValidateOptions<MusterRegistrationOptions>
{
    private const string Prefix = MusterSections.Registration + ":";

    public ValidateOptionsResult Validate(string? name, MusterRegistrationOptions options)
    {
        var errors = new List<string>();
        options.Validate(Prefix, errors);
        TimeSpan stop = options.DrainPeriod + options.StopTimeout;
        if (stop >= host.Value.ShutdownTimeout)
        {
            errors.Add(
                $"{Prefix}{nameof(options.DrainPeriod)}: with {nameof(options.StopTimeout)} it must be less than HostOptions.ShutdownTimeout "
                + $"({host.Value.ShutdownTimeout}), which has to leave time for the requests in flight, got {stop}");
        }

        if (options.WaitForReady && services.GetService(typeof(HealthCheckService)) is null)
        {
            errors.Add($"{Prefix}{nameof(options.WaitForReady)}: needs health checks; call AddHealthChecks() and tag some with '{options.ReadyTag}'");
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
