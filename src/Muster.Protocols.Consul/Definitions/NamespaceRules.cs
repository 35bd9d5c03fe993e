namespace Muster.Protocols.Consul.Definitions;

/// <summary>Namespaces and partitions are Enterprise features; saying "default" asks for nothing and is accepted.</summary>
internal static class NamespaceRules
{
    /// <summary>Refuses a body that names another namespace or partition than the default one.</summary>
    public static DefinitionProblem? Check(string @namespace, string partition)
    {
        if (!IsDefault(@namespace))
        {
            return new DefinitionProblem("Invalid \"Namespace\" - Namespaces are a Consul Enterprise feature");
        }

        return IsDefault(partition) ? null : new DefinitionProblem("Invalid \"Partition\" - Partitions are a Consul Enterprise feature");
    }

    private static bool IsDefault(string name) => name.Length == 0 || name == "default";
}
