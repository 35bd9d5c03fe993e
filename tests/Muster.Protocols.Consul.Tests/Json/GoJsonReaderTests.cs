using System.Text;
using System.Text.Json;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Tests.Json;

public class GoJsonReaderTests
{
    [Theory]
    [InlineData("", "EOF")]
    [InlineData("  ", "EOF")]
    [InlineData("{", "unexpected EOF")]
    [InlineData("{\"a\":1", "unexpected EOF")]
    [InlineData("{\"a", "unexpected EOF")]
    [InlineData("{a:1}", "invalid character 'a' looking for beginning of object key string")]
    [InlineData("{\"a\" 1}", "invalid character '1' after object key")]
    [InlineData("{\"a\":1 2}", "invalid character '2' after object key:value pair")]
    [InlineData("{\"a\":1,}", "invalid character '}' looking for beginning of object key string")]
    [InlineData("{\"a\":[1 2]}", "invalid character '2' after array element")]
    [InlineData("{\"a\":[1,]}", "invalid character ']' looking for beginning of value")]
    [InlineData("{\"a\":'x'}", "invalid character '\\'' looking for beginning of value")]
    [InlineData("{\"a\":nul}", "invalid character '}' in literal null (expecting 'l')")]
    [InlineData("{\"a\":\"\\x\"}", "invalid character 'x' in string escape code")]
    [InlineData("{\"a\":\"\\u12g4\"}", "invalid character 'g' in \\u hexadecimal character escape")]
    [InlineData("{\"a\":\"\n\"}", "invalid character '\\n' in string literal")]
    [InlineData("{\"a\":-x}", "invalid character 'x' in numeric literal")]
    [InlineData("{\"a\":01}", "invalid character '1' after object key:value pair")]
    public void Skip_BrokenJson_FailsInTheWordsOfGo(string json, string error)
    {
        var reader = new GoJsonReader(Encoding.UTF8.GetBytes(json));
        reader.Skip();
        Assert.Equal(error, reader.Error);
    }

    [Fact]
    public void Skip_NestedTooDeep_IsRefused()
    {
        var reader = new GoJsonReader(Encoding.UTF8.GetBytes(new string('[', 100_000)));
        reader.Skip();
        Assert.Equal("json: exceeded max depth", reader.Error);
    }

    [Theory]
    [InlineData("null", true)]
    [InlineData("{}", true)]
    [InlineData("[null,false,0,\"\",{\"a\":[]}]", true)]
    [InlineData("{\"a\":{\"b\":1}}", false)]
    [InlineData("[\"x\"]", false)]
    [InlineData("true", false)]
    public void Skip_AnyValue_TellsWhetherItSaysAnything(string json, bool empty)
    {
        var reader = new GoJsonReader(Encoding.UTF8.GetBytes(json));
        Assert.Equal(empty, reader.Skip());
        Assert.Null(reader.Error);
    }

    [Theory]
    [InlineData("\"plain\"", "plain")]
    [InlineData("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t")]
    [InlineData("\"\\u00e9\\ud83d\\ude00\"", "é😀")]
    [InlineData("\"a\\ud800b\"", "a\uFFFDb")]
    [InlineData("\"\\ud800\\u0041\"", "\uFFFDA")]
    [InlineData("\"\\udc00\"", "\uFFFD")]
    [InlineData("\"日本\"", "日本")]
    public void Read_String_IsUnescaped(string json, string expected)
    {
        var reader = new GoJsonReader(Encoding.UTF8.GetBytes(json));
        string text = "";
        reader.Read(ref text, ".F");
        Assert.Null(reader.Error);
        Assert.Equal(expected, text);
    }

    [Fact]
    public void Read_Null_LeavesTheFieldAsItWas()
    {
        var reader = new GoJsonReader("[null,null,null,null]"u8);
        string text = "before";
        long number = 7;
        bool flag = true;
        TimeSpan duration = TimeSpan.FromSeconds(1);
        Assert.True(reader.BeginArray("", ""));
        Assert.True(reader.NextItem());
        reader.Read(ref text, ".F");
        Assert.True(reader.NextItem());
        reader.Read(ref number, ".F");
        Assert.True(reader.NextItem());
        reader.Read(ref flag, ".F");
        Assert.True(reader.NextItem());
        reader.Read(ref duration, ".F");
        Assert.False(reader.NextItem());
        Assert.Equal(("before", 7L, true, TimeSpan.FromSeconds(1), null), (text, number, flag, duration, reader.Error));
    }

    [Fact]
    public void Skip_MutatedJson_AgreesWithTheFrameworksParser()
    {
        byte[] valid = """{"Name":"web","Tags":["a\"b",null,"\u00e9"],"Port":80,"Meta":{"k":"v","n":-1.5e-3},"Check":{"TTL":"10s","On":true}}"""u8.ToArray();
        var random = new Random(20261121);
        int accepted = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] json = JsonMutations.Mutate(valid, random);
            var reader = new GoJsonReader(json);
            reader.Skip();
            if (reader.Failed)
            {
                Assert.False(IsValid(json), Encoding.UTF8.GetString(json));
            }
            else
            {
                accepted++;
                Assert.True(IsValid(json.AsMemory(0, reader.Position)), Encoding.UTF8.GetString(json));
            }
        }

        Assert.InRange(accepted, 1000, 19_000);
    }

    private static bool IsValid(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
