using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Muster.Client;
using Muster.Client.Hosting.Options;
using Muster.Client.Hosting.Registration;
using Muster.Client.Registration;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Muster to a host.</summary>
public static class MusterServiceCollectionExtensions
{
    /// <summary>
    /// Adds the client: a singleton <see cref="MusterClient"/> with the options of section <c>Muster</c> of the host's
    /// configuration. May be called more than once.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Changes the options after the configuration was read.</param>
    public static IServiceCollection AddMuster(this IServiceCollection services, Action<MusterClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (configure is not null)
        {
            services.Configure(configure);
        }

        if (services.Any(service => service.ServiceType == typeof(MusterClient)))
        {
            return services;
        }

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MusterClientOptions>, ClientOptionsValidator>());
        services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<MusterClientOptions>>(provider =>
            new ConfigureOptions<MusterClientOptions>(options => Bind(provider, options))));
        services.AddOptions<MusterClientOptions>().ValidateOnStart();
        services.AddSingleton(provider => new MusterClient(
            provider.GetRequiredService<IOptions<MusterClientOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(),
            new Random(),
            provider.GetService<ILoggerFactory>(),
            provider.GetService<IMeterFactory>()));
        return services;
    }

    /// <summary>
    /// Registers this host as an instance of a service, with the options of section <c>Muster:Registration</c>: when its port is
    /// open, until it begins to stop. Adds the client too.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="service">The service's name, unless the configuration gives one.</param>
    /// <param name="configure">Changes the options after the configuration was read.</param>
    public static IServiceCollection AddMusterRegistration(
        this IServiceCollection services, string? service = null, Action<MusterRegistrationOptions>? configure = null)
    {
        services.AddMuster();
        if (services.Any(descriptor => descriptor.ServiceType == typeof(Registrar)))
        {
            throw new InvalidOperationException("AddMusterRegistration was called before. Register further instances with the Registrar of the host's services.");
        }

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MusterRegistrationOptions>, RegistrationOptionsValidator>());
        OptionsBuilder<MusterRegistrationOptions> options = services.AddOptions<MusterRegistrationOptions>();
        options.Configure<IServiceProvider>((settings, provider) =>
        {
            settings.Service = service ?? settings.Service;
            Bind(provider, settings);
        });
        if (configure is not null)
        {
            options.Configure(configure);
        }

        options.ValidateOnStart();
        services.TryAddSingleton<IHostNetwork, HostNetwork>();
        services.TryAddSingleton<ReadinessGate>();
        services.AddSingleton(provider => new Registrar(
            provider.GetRequiredService<MusterClient>(), provider.GetRequiredService<IOptions<MusterRegistrationOptions>>().Value));
        services.AddSingleton<IHostedService, RegistrationService>();
        return services;
    }

    // the options' types stand in plain sight: the source generator writes the binding
    private static void Bind(IServiceProvider provider, MusterClientOptions options)
    {
        if (provider.GetService<IConfiguration>() is { } configuration)
        {
            Check<MusterClientOptions>(configuration, MusterSections.Client, MusterSections.Registration);
            configuration.GetSection(MusterSections.Client).Bind(options);
        }
    }

    private static void Bind(IServiceProvider provider, MusterRegistrationOptions options)
    {
        if (provider.GetService<IConfiguration>() is { } configuration)
        {
            Check<MusterRegistrationOptions>(configuration, MusterSections.Registration, except: null);
            configuration.GetSection(MusterSections.Registration).Bind(options);
        }
    }

    private static void Check<T>(IConfiguration configuration, string section, string? except)
    {
        IReadOnlyList<string> errors = SectionCheck.FindErrors(configuration, section, except);
        if (errors.Count > 0)
        {
            throw new OptionsValidationException(Options.Options.DefaultName, typeof(T), errors);
        }
    }
}
