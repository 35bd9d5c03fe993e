using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Muster.Catalog;
using Muster.Model;
using Muster.Protocols.Consul.Catalog;
using Muster.Protocols.Consul.Filtering;
using Muster.Protocols.Consul.Filtering.Fields;
using Muster.Protocols.Consul.Filtering.Syntax;
using Muster.Protocols.Consul.Health;
using Muster.Protocols.Consul.Json;
using Muster.Protocols.Consul.Tests.Support;

namespace Muster.Protocols.Consul.Tests.Filtering;

/// <summary>Random filters. <c>MUSTER_FILTER_ROUNDS</c> says how many (default 300).</summary>
public sealed class FilterPropertyTests
{
    private static readonly int Rounds =
        int.TryParse(Environment.GetEnvironmentVariable("MUSTER_FILTER_ROUNDS"), CultureInfo.InvariantCulture, out int rounds) ? rounds : 300;

    private static readonly string[] Words = ["web", "web-1", "v1", "v2", "prod", "Edge", "vm", "80", "0", "", "10.0.0.1", "passing", "env", "wan", "lan_ipv4", "zone a"];
    private static readonly LiveCatalog Catalog = RandomCatalog();

    private static readonly (string Selector, char Type)[] EntryFields =
    [
        ("Node.Node", 't'), ("Node.Address", 't'), ("Node.Meta", 'm'), ("Node.Meta.rack", 't'), ("Node.TaggedAddresses.wan", 't'),
        ("Service.ID", 't'), ("Service.Service", 't'), ("Service.Tags", 'l'), ("Service.Port", 'n'), ("Service.Kind", 't'),
        ("Service.Address", 't'), ("Service.Meta", 'm'), ("Service.Meta.env", 't'), ("Service.Meta.none", 't'),
        ("Service.TaggedAddresses", 'm'), ("Service.TaggedAddresses.wan.Port", 'n'), ("Service.TaggedAddresses.lan_ipv4.Address", 't'),
        ("Service.Weights.Passing", 'n'), ("Service.EnableTagOverride", 'b'),
        ("Checks", 'e'), ("Checks.Status", 't'), ("Checks.CheckID", 't'), ("Checks.Name", 't'), ("Checks.ServiceTags", 'l'), ("Checks.Type", 't'),
    ];

    [Fact]
    public void Entries_RandomExpression_AgreeWithTheirJson() =>
        Agree(FilterTables.HealthEntries, EntryFields, static (json, instance) => HealthServiceEncoder.Write(json, instance));

    [Fact]
    public void Rows_RandomExpression_AgreeWithTheirJson()
    {
        (string, char)[] fields =
        [
            .. EntryFields.Where(static field => field.Selector.StartsWith("Service.", StringComparison.Ordinal))
                .Select(static field => (field.Selector == "Service.Service" ? "ServiceName" : "Service" + field.Selector[8..], field.Type)),
            ("Node", 't'), ("NodeMeta", 'm'), ("NodeMeta.rack", 't'), ("TaggedAddresses.wan", 't'),
        ];
        Agree(FilterTables.ServiceRows, fields, static (json, instance) => CatalogServiceEncoder.Write(json, instance));
    }

    [Fact]
    public void Parser_MutatedExpression_NeverThrows()
    {
        string[] seeds =
        [
            "Service.Port == 8080 and (\"v2\" in Service.Tags or not Service.Meta[\"a b\"] matches `^(?P<n>[[:alpha:]]+\\d{2,3}|\\Qx\\E)$`)",
            "not not Node.Meta.rack is not empty or Checks.Status != \"\\u00fc\\x41\\101\" and Service.TaggedAddresses.wan.Port == -1",
            "v2 not in Service.Tags and Service.Service not matches \"(?i:a|b)+\" or Service.EnableTagOverride == true",
        ];
        Instance instance = Catalog.FindService("web")!.Instances[0];
        var random = new Random(20261121);
        for (int i = 0; i < 25 * Rounds; i++)
        {
            CompiledFilter filter = FilterCompiler.Compile(Mutate(seeds[random.Next(seeds.Length)], random), FilterTables.HealthEntries);
            Assert.True(filter.Condition is null != filter.Problem is null);
            filter.Condition?.Accepts(new FilterRow(instance));
        }
    }

    private static string Mutate(string text, Random random)
    {
        var mutated = new StringBuilder(text);
        for (int left = random.Next(1, 5); left > 0; left--)
        {
            int at = random.Next(mutated.Length);
            switch (random.Next(4))
            {
                case 0:
                    mutated.Remove(at, Math.Min(random.Next(1, 6), mutated.Length - at));
                    break;
                case 1:
                    mutated.Insert(at, "()[]{}\"`\\.*+?^$|=! \n-09azü\ud83d"[random.Next(27)]);
                    break;
                case 2:
                    mutated[at] = (char)random.Next(32, 127);
                    break;
                default:
                    mutated.Insert(at, text[random.Next(text.Length)..]);
                    break;
            }

            if (mutated.Length == 0)
            {
                mutated.Append('(');
            }
        }

        return mutated.ToString();
    }

    private static void Agree(GroupField table, (string Selector, char Type)[] fields, Action<GoJsonWriter, Instance> write)
    {
        Instance[] instances = [.. Catalog.Services.SelectMany(static service => service.Instances.ToArray())];
        JsonNode[] rows = [.. instances.Select(instance => Json(write, instance))];
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            string text = Expression(fields, random, depth: 3);
            CompiledFilter filter = FilterCompiler.Compile(text, table);
            Assert.True(filter.Condition is not null, text + ": " + filter.Problem);
            FilterExpression expression = FilterParser.Parse(text, out _)!;
            for (int i = 0; i < instances.Length; i++)
            {
                bool expected = NaiveFilter.Accepts(expression, rows[i]);
                Assert.True(expected == filter.Condition.Accepts(new FilterRow(instances[i])), $"{text} on {rows[i]}");
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Rounds));
    }

    private static JsonNode Json(Action<GoJsonWriter, Instance> write, Instance instance)
    {
        var json = new GoJsonWriter();
        write(json, instance);
        return JsonNode.Parse(json.Written)!;
    }

    private static string Expression((string Selector, char Type)[] fields, Random random, int depth)
    {
        if (depth == 0 || random.Next(3) == 0)
        {
            (string selector, char type) = fields[random.Next(fields.Length)];
            return Match(selector, type, Words[random.Next(Words.Length)], random);
        }

        string left = Expression(fields, random, depth - 1);
        return random.Next(4) switch
        {
            0 => $"not ({left})",
            1 => $"( {left}\t)",
            2 => $"{left}\n and {Expression(fields, random, depth - 1)}",
            _ => $"{left} or  {Expression(fields, random, depth - 1)}",
        };
    }

    private static string Match(string selector, char type, string word, Random random)
    {
        string not = random.Next(2) == 0 ? "" : "not ";
        string equals = not.Length == 0 ? "==" : " != ";
        return (type, random.Next(3)) switch
        {
            ('n', _) => $"{selector}{equals}{random.Next(3) * 40}",
            ('b', _) => $"{selector}{equals}{(random.Next(2) == 0 ? "true" : "false")}",
            ('e', _) or ('l' or 'm', 0) => $"{selector} is {not}empty",
            ('l' or 'm', 1) or ('t', 0) => $"\"{word}\" {not}in {selector}",
            ('l' or 'm', _) => $"{selector} {not}contains `{word}`",
            ('t', 1) => $"{selector} {not}matches \"{(word.Length > 1 ? word[..2] : "^$")}\"",
            _ => $"{selector}{equals}\"{word}\"",
        };
    }

    private static LiveCatalog RandomCatalog()
    {
        LiveCatalog catalog = TestCatalog.Create(new ManualTime());
        var random = new Random(7);
        catalog.AddNode("Edge", new KeyValuePair<string, string>("rack", "prod"));
        for (int i = 0; i < 24; i++)
        {
            CheckDefinition[] checks = random.Next(3) == 0
                ? []
                : [new() { Name = random.Next(2) == 0 ? "" : "v1", Kind = CheckKind.Ttl, Ttl = TimeSpan.FromMinutes(1), InitialStatus = (HealthStatus)random.Next(3) }];
            var instance = new InstanceDefinition
            {
                Service = i % 2 == 0 ? "web" : "db", Id = $"web-{i}", Address = Some(random, "10.0.0.1", "db.example.com", "2001:db8::1"),
                Port = random.Next(3) * 40, Tags = [.. Words.Where(_ => random.Next(5) == 0)],
                Metadata = random.Next(3) == 0 ? [] : [new("env", Words[random.Next(Words.Length)])],
                TaggedAddresses = random.Next(3) == 0 ? [new("wan", new ServiceAddress("10.0.0.1", random.Next(3) * 40))] : [],
                Weights = new Weights(40 + random.Next(2), 1), EnableTagOverride = random.Next(2) == 0,
            };
            Assert.True(catalog.Register(Some(random, "vm", "Edge"), instance, checks, replaceExistingChecks: true, "a test").Ok);
        }

        return catalog;
    }

    private static string Some(Random random, params string[] of) => of[random.Next(of.Length)];
}
