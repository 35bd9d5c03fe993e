namespace Muster.Client.Hosting.Options;

/// <summary>The sections of the host's configuration that are read.</summary>
public static class MusterSections
{
    /// <summary>The client: where the registry is and how services are used. See <see cref="MusterClientOptions"/>.</summary>
    public const string Client = "Muster";

    /// <summary>The registration of the host itself. See <see cref="MusterRegistrationOptions"/>.</summary>
    public const string Registration = "Muster:Registration";
}
