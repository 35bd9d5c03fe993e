using System.Text;
using Muster.Catalog;
using Muster.Protocols.Dns.Naming;

namespace Muster.Protocols.Dns.Reverse;

/// <summary>
/// Who has an address: nodes by theirs, services by the instances that have one of their own. Follows the catalog
/// change by change, but only from the first question on, so a server that is never asked keeps nothing.
/// </summary>
internal sealed class ReverseIndex(Catalog.Catalog catalog) : ICatalogObserver
{
    private readonly Lock _starting = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<UInt128, Owners> _nodes = [];
    private readonly Dictionary<UInt128, Owners> _services = [];
    private volatile bool _started;

    /// <summary>The name of a node with the address; null when there is none.</summary>
    public string? FindNode(ReadOnlySpan<byte> address) => Find(_nodes, address);

    /// <summary>The name of a service of which an instance has the address; null when there is none.</summary>
    public string? FindService(ReadOnlySpan<byte> address) => Find(_services, address);

    void ICatalogObserver.OnChange(in CatalogChange change)
    {
        if (change.Kind is ChangeKind.Instance or ChangeKind.InstanceRemoved)
        {
            Move(_services, AddressOf(change.Before), change.Before?.Data.Service, AddressOf(change.After), change.After?.Data.Service);
        }
        else if (change.Kind is ChangeKind.Node or ChangeKind.NodeRemoved)
        {
            Node? before = change.Kind == ChangeKind.NodeRemoved ? change.Node : change.NodeBefore;
            Node? after = change.Kind == ChangeKind.NodeRemoved ? null : change.Node;
            Move(_nodes, AddressOf(before), before?.Name, AddressOf(after), after?.Name);
        }
    }

    private string? Find(Dictionary<UInt128, Owners> names, ReadOnlySpan<byte> address)
    {
        Start();
        lock (_gate)
        {
            return names.TryGetValue(AddressText.ToNumber(address), out Owners? owners) ? owners.First : null;
        }
    }

    private void Start()
    {
        if (_started)
        {
            return;
        }

        lock (_starting)
        {
            if (!_started)
            {
                catalog.SubscribeFromNow(this);
                _started = true;
            }
        }
    }

    private void Move(Dictionary<UInt128, Owners> names, UInt128? from, string? before, UInt128? to, string? after)
    {
        if (from == to && before == after)
        {
            return;
        }

        lock (_gate)
        {
            if (from is { } left && names.TryGetValue(left, out Owners? leaving) && leaving.Remove(before!))
            {
                names.Remove(left);
            }

            if (to is { } reached)
            {
                if (!names.TryGetValue(reached, out Owners? joining))
                {
                    names[reached] = joining = new Owners();
                }

                joining.Add(after!);
            }
        }
    }

    private static UInt128? AddressOf(Instance? instance) => instance is null ? null : Parse(instance.Data.Address);

    private static UInt128? AddressOf(Node? node)
    {
        Span<byte> text = stackalloc byte[64];
        return node is not null && Encoding.UTF8.TryGetBytes(node.Definition.Address, text, out int length) ? Parse(text[..length]) : null;
    }

    private static UInt128? Parse(ReadOnlySpan<byte> text)
    {
        Span<byte> address = stackalloc byte[AddressText.V6Size];
        return AddressText.TryParse(text, address, out int size) ? AddressText.ToNumber(address[..size]) : null;
    }
}
