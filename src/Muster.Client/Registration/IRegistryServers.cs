namespace Muster.Client.Registration;

/// <summary>The registry's servers: the one in use, and where to turn when it fails.</summary>
internal interface IRegistryServers
{
    /// <summary>How many there are.</summary>
    int Count { get; }

    /// <summary>The base address of the one in use.</summary>
    Uri Current { get; }

    /// <summary>Reports that a server did not answer; another becomes current, unless that has happened already.</summary>
    void Failed(Uri server);
}
