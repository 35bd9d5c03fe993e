using Muster.Model;

namespace Muster.Catalog;

// Checks within records, and records of a status alone.
public sealed partial class Catalog
{
    private bool LoadStatus(ref PackReader reader, EntryVersion version, long index)
    {
        string node = reader.Text();
        ReadOnlySpan<byte> id = reader.Bytes();
        string checkId = reader.Text();
        var status = (HealthStatus)reader.Byte();
        string output = reader.Text();
        if (reader.Failed || status > HealthStatus.Critical)
        {
            return false;
        }

        // One from before a status had a version of its own is as good as the registration's.
        bool isOld = reader.AtEnd;
        EntryState of = isOld ? default : ChangeCodec.ReadState(ref reader);
        long modify = isOld ? index : reader.Number();
        if (_nodes.TryGetValue(node, out NodeEntry? home) && home.Instances.Find(id) is { } instance
            && (isOld ? instance.Version <= version : instance.Version == of.Version && IsSameTenure(instance.Tenure, of.Tenure))
            && Named(instance.Checks, checkId.Length == 0 ? null : checkId) is { } check && check.StatusVersion <= version)
        {
            Enter(home, instance.With(instance.Checks.Replace(check, check.With(status, version, output, modify)), Math.Max(index, instance.ChangeIndex)));
        }

        return true;
    }

    private List<Check> LoadChecks(ref PackReader reader)
    {
        int count = reader.Count();
        var checks = new List<Check>(Math.Min(count, Options.MaxChecksPerOwner));
        for (int i = 0; i < count && !reader.Failed; i++)
        {
            CheckDefinition definition = Common(CheckDefinitionCodec.Read(ref reader));
            var status = (HealthStatus)Math.Min(reader.Byte(), (byte)HealthStatus.Critical);
            checks.Add(NewCheck(definition, status, default, reader.Text(), reader.Number(), reader.Number(), new CheckLease()));
        }

        return checks;
    }

    /// <summary>The versions of the statuses; what a record from before there were any says is as old as the record.</summary>
    private void LoadStatusVersions(ref PackReader reader, List<Check> checks, EntryVersion version)
    {
        bool isOld = reader.AtEnd;
        for (int i = 0; i < checks.Count; i++)
        {
            Check check = checks[i];
            EntryVersion own = isOld ? version : new EntryVersion(reader.Number(), (uint)reader.Number());
            checks[i] = check.With(check.Status, own, check.Output, check.ModifyIndex);
            _versions.Observe(own);
        }
    }

    /// <summary>Alone, this server has taken over what records say of others.</summary>
    private bool IsSameTenure(Tenure here, Tenure there) => here == there || _entries is null;
}
