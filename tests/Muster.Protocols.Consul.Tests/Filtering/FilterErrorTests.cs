using Muster.Protocols.Consul.Filtering;

namespace Muster.Protocols.Consul.Tests.Filtering;

public sealed class FilterErrorTests
{
    private const string Prefix = "Failed to create boolean expression evaluator: ";
    private const string Start = "\"(\", \"-\", \"0\", \"\\\"\", \"`\", \"not\", [ \\t\\r\\n], [1-9] or [a-zA-Z]";

    [Theory]
    [InlineData("Foo == x", "Selector \"Foo\" is not valid")]
    [InlineData("servicename == x", "Selector \"servicename\" is not valid")]
    [InlineData("ServiceWeights.Odd == 1", "Selector \"ServiceWeights.Odd\" is not valid")]
    [InlineData("ServiceTags.Odd.More == 1", "Selector \"ServiceTags.Odd\" is not valid")]
    [InlineData("ServiceMeta[\"a b\"].c == 1", "Selector \"ServiceMeta.a b.c\" is not valid")]
    [InlineData("ServiceWeights == 1", "Invalid match operator \"Equal\" for selector \"ServiceWeights\"")]
    [InlineData("ServiceTags == x", "Invalid match operator \"Equal\" for selector \"ServiceTags\"")]
    [InlineData("ServiceTags matches x", "Invalid match operator \"Matches\" for selector \"ServiceTags\"")]
    [InlineData("ServiceName is not empty", "Invalid match operator \"Is Not Empty\" for selector \"ServiceName\"")]
    [InlineData("ServiceMeta.env is empty", "Invalid match operator \"Is Empty\" for selector \"ServiceMeta.env\"")]
    [InlineData("8 in ServicePort", "Invalid match operator \"In\" for selector \"ServicePort\"")]
    [InlineData("8 not in ServicePort", "Invalid match operator \"Not In\" for selector \"ServicePort\"")]
    [InlineData("ServiceTaggedAddresses.wan == x", "Invalid match operator \"Equal\" for selector \"ServiceTaggedAddresses.wan\"")]
    [InlineData("ServicePort == http", "Failed to coerce value \"http\" for selector \"ServicePort\": strconv.ParseInt: parsing \"http\": invalid syntax")]
    [InlineData("ServicePort == 1.5", "Failed to coerce value \"1.5\" for selector \"ServicePort\": strconv.ParseInt: parsing \"1.5\": invalid syntax")]
    [InlineData("ServicePort == 9223372036854775808", "Failed to coerce value \"9223372036854775808\" for selector \"ServicePort\": strconv.ParseInt: parsing \"9223372036854775808\": value out of range")]
    [InlineData("ServiceTaggedAddresses.wan.Port == a", "Failed to coerce value \"a\" for selector \"ServiceTaggedAddresses.wan.Port\": strconv.ParseInt: parsing \"a\": invalid syntax")]
    [InlineData("ServiceEnableTagOverride == yes", "Failed to coerce value \"yes\" for selector \"ServiceEnableTagOverride\": strconv.ParseBool: parsing \"yes\": invalid syntax")]
    [InlineData("ServiceName matches \"(\"", "Failed to compile regular expression \"(\": error parsing regexp: missing closing ): `(`")]
    [InlineData("ServiceName matches \"a)\"", "Failed to compile regular expression \"a)\": error parsing regexp: unexpected ): `a)`")]
    [InlineData("ServiceName matches \"[a\"", "Failed to compile regular expression \"[a\": error parsing regexp: missing closing ]: `[a`")]
    [InlineData("ServiceName matches \"*\"", "Failed to compile regular expression \"*\": error parsing regexp: missing argument to repetition operator: `*`")]
    [InlineData("ServiceName matches \"(?=a)\"", "Failed to compile regular expression \"(?=a)\": error parsing regexp: invalid or unsupported Perl syntax: `(?=a)`")]
    [InlineData("ServiceName matches `(a)\\1`", "Failed to compile regular expression \"(a)\\\\1\": error parsing regexp: invalid escape sequence: `\\1`")]
    [InlineData("ServiceName == \"12x", "1:20 (19): rule \"string\": Unterminated string literal")]
    [InlineData("ServiceName == `12x", "1:20 (19): rule \"string\": Unterminated string literal")]
    [InlineData("ServiceName == \"\\q\"", "1:16 (15): rule \"string\": invalid syntax")]
    [InlineData("foo == 3x", "1:9 (8): rule \"number\": Invalid number literal")]
    [InlineData("ServiceAddress == 10.0.0.1", "1:23 (22): rule \"number\": Invalid number literal")]
    [InlineData("foo[3] == abc", "1:5 (4): rule \"index\": Invalid index")]
    [InlineData("x in foo[\"abc\"", "1:15 (14): rule \"index\": Unclosed index expression")]
    [InlineData("foo[\"abc\" == 3", "1:11 (10): rule \"index\": Unclosed index expression")]
    [InlineData("x in 32", "1:6 (5): rule \"match\": Invalid selector")]
    [InlineData("(foo == 4", "1:10 (9): rule \"grouping\": Unmatched parentheses")]
    [InlineData("32 == 32", "1:4 (3): no match found, expected: \"in\", \"not\" or [ \\t\\r\\n]")]
    [InlineData("32 is empty", "1:4 (3): no match found, expected: \"in\", \"not\" or [ \\t\\r\\n]")]
    [InlineData("x in foo abc", "1:10 (9): no match found, expected: \"and\", \"or\", [ \\t\\r\\n] or EOF")]
    [InlineData("x in foo and ", "1:14 (13): no match found, expected: " + Start)]
    [InlineData("x in foo or ", "1:13 (12): no match found, expected: " + Start)]
    [InlineData(" ", "1:2 (1): no match found, expected: " + Start)]
    [InlineData("\"ü\" == 3", "1:5 (5): no match found, expected: \"in\", \"not\" or [ \\t\\r\\n]")]
    [InlineData("\n\nx in foo abc", "3:10 (11): no match found, expected: \"and\", \"or\", [ \\t\\r\\n] or EOF")]
    public void Expression_Wrong_IsRefusedInConsulsWords(string expression, string problem)
    {
        CompiledFilter filter = FilterCompiler.Compile(expression, FilterFixture.TableOf("row"));

        Assert.Null(filter.Condition);
        Assert.Equal(Prefix + problem, filter.Problem);
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("not ( ", ")")]
    [InlineData("not ", "")]
    public void Expression_NestedTooDeeply_IsRefused(string before, string after)
    {
        string expression = string.Concat(Enumerable.Repeat(before, 1000)) + "ServicePort == 1" + string.Concat(Enumerable.Repeat(after, 1000));

        Assert.Contains("Nested more than 100 deep", FilterCompiler.Compile(expression, FilterFixture.TableOf("row")).Problem);
    }

    [Fact]
    public void Expression_TooLong_IsRefused() =>
        Assert.Contains("longer than 8192 characters", FilterCompiler.Compile(new string('a', 8193), FilterFixture.TableOf("row")).Problem);

    [Fact]
    public void Expression_OfManyParts_IsAccepted()
    {
        string expression = string.Join(" or ", Enumerable.Range(0, 300).Select(static port => $"ServicePort == {port}"));

        Assert.Null(FilterCompiler.Compile(expression, FilterFixture.TableOf("row")).Problem);
    }

    [Fact]
    public void Pattern_ThatWouldGrow_IsRefused() =>
        Assert.Contains(
            "expression too large",
            FilterCompiler.Compile("ServiceName matches \"((a{1000}){1000}){1000}\"", FilterFixture.TableOf("row")).Problem);
}
