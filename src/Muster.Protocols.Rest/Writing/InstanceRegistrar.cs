using Muster.Catalog;
using Muster.Model;

namespace Muster.Protocols.Rest.Writing;

/// <summary>Registers what was found valid, and the node it is on if need be.</summary>
internal sealed class InstanceRegistrar(Catalog.Catalog catalog)
{
    private const string Cause = "registered through the REST API";

    public RegistrationOutcome Register(Registration registration)
    {
        InstanceDefinition instance = registration.Instance;
        Node? home = registration.Node is { } named ? catalog.FindNode(named) : catalog.HomeOf(instance.Id, instance.Service);
        if (home is null && WhyNotOnANewNode(registration) is { } failure)
        {
            return new RegistrationOutcome(failure, "", false, 0);
        }

        string node = home?.Name ?? registration.Node!;
        Instance? before = home is null ? null : catalog.FindInstance(home, instance.Id);
        CommandResult result = home is null ? RegisterNode(node, instance.Address) : default;
        if (result.Ok)
        {
            result = catalog.RegisterUnique(node, instance, registration.Checks, replaceExistingChecks: true, Cause);
        }

        return new RegistrationOutcome(result.Ok ? null : Refusals.Of(result, instance.Id), node, before is null, result.Sequence);
    }

    /// <summary>Before a node is made for nothing; the command looks again.</summary>
    private Failure? WhyNotOnANewNode(Registration registration)
    {
        InstanceDefinition instance = registration.Instance;
        if (instance.Address.Length == 0)
        {
            var errors = new FieldErrors();
            errors.Add("address", $"is required: the node \"{registration.Node}\" is not known yet and takes the instance's address");
            return Failure.Of(Problems.InvalidRequest, errors);
        }

        if (catalog.FindInstances(instance.Id) is [Instance holder, ..])
        {
            return new Failure(Problems.IdTaken, $"\"{instance.Id}\" is an instance of \"{holder.Data.Service}\" on node \"{holder.Node.Name}\"");
        }

        CommandResult result = catalog.CanTake(registration.Node!, instance.Id, instance, registration.Checks);
        return result.Ok ? null : Refusals.Of(result, instance.Id);
    }

    private CommandResult RegisterNode(string name, string address) => catalog.RegisterNode(new NodeDefinition
    {
        Name = name, Address = address, Datacenter = catalog.Options.Datacenter,
    });
}
