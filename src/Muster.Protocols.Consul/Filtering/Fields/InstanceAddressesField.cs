using System.Text;
using Muster.Protocols.Consul.Catalog;
using Muster.Protocols.Consul.Filtering.Conditions;
using Muster.Protocols.Consul.Filtering.Syntax;

namespace Muster.Protocols.Consul.Filtering.Fields;

/// <summary>The tagged addresses of an instance, as answers show them: those that follow from its address included.</summary>
internal sealed class InstanceAddressesField : FilterField
{
    public override bool Supports(FilterOperator matchOperator) => Collections.Supports(matchOperator);

    public override FilterField Member(string name) => new Entry(Encoding.UTF8.GetBytes(name));

    public override Condition Compile(FilterExpression.Match match, out string problem)
    {
        problem = "";
        bool negated = match.Operator.IsNegated();
        return match.Value is null ? new Emptiness(negated) : new Membership(Encoding.UTF8.GetBytes(match.Value), negated);
    }

    private sealed class Emptiness(bool negated) : Condition
    {
        public override bool Accepts(in FilterRow row) => InstanceAddresses.IsEmpty(row.Instance.Data) != negated;
    }

    private sealed class Membership(byte[] name, bool negated) : Condition
    {
        public override bool Accepts(in FilterRow row) =>
            InstanceAddresses.TryFind(row.Instance.Data, name, out _, out _) != negated;
    }

    /// <summary>One of the addresses, which may not be there.</summary>
    private sealed class Entry(byte[] name) : FilterField
    {
        public override bool Supports(FilterOperator matchOperator) => false;

        public override FilterField? Member(string member) => member switch
        {
            "Address" => new AddressPart(name),
            "Port" => new PortPart(name),
            _ => null,
        };

        public override Condition? Compile(FilterExpression.Match match, out string problem) =>
            throw new InvalidOperationException("No operator works on an address as a whole.");
    }

    private sealed class AddressPart(byte[] name) : FilterField
    {
        public override bool Supports(FilterOperator matchOperator) => TextTests.Supports(matchOperator);

        public override Condition? Compile(FilterExpression.Match match, out string problem) =>
            TextTests.Of(match, out problem) is { } test ? new AddressMatch(name, test, match.Operator) : null;
    }

    private sealed class PortPart(byte[] name) : FilterField
    {
        public override bool Supports(FilterOperator matchOperator) => NumberField.SupportsNumbers(matchOperator);

        public override Condition? Compile(FilterExpression.Match match, out string problem) =>
            NumberField.TryValue(match, out long port, out problem) ? new PortMatch(name, port, match.Operator.IsNegated()) : null;
    }

    private sealed class AddressMatch(byte[] name, TextTest test, FilterOperator matchOperator) : Condition
    {
        private readonly bool _negated = matchOperator.IsNegated();
        private readonly bool _whenMissing = MissingEntries.Accept(matchOperator);

        public override bool Accepts(in FilterRow row) =>
            InstanceAddresses.TryFind(row.Instance.Data, name, out ReadOnlySpan<byte> address, out _)
                ? test.Passes(new FilterText(address)) != _negated
                : _whenMissing;
    }

    private sealed class PortMatch(byte[] name, long port, bool negated) : Condition
    {
        public override bool Accepts(in FilterRow row) =>
            (InstanceAddresses.TryFind(row.Instance.Data, name, out _, out int actual) && actual == port) != negated;
    }
}
