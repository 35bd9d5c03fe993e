using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Muster.Protocols.Consul.Json;

namespace Muster.Protocols.Consul.Tests.Json;

public class GoJsonWriterTests
{
    [Theory]
    [InlineData("plain", "\"plain\"")]
    [InlineData("", "\"\"")]
    [InlineData("a\"b\\c", "\"a\\\"b\\\\c\"")]
    [InlineData("<a href='x'>&", "\"\\u003ca href='x'\\u003e\\u0026\"")]
    [InlineData("\n\r\t\b\f\u0001\u001f\u007f", "\"\\n\\r\\t\\u0008\\u000c\\u0001\\u001f\u007f\"")]
    [InlineData("\u2028x\u2029", "\"\\u2028x\\u2029\"")]
    [InlineData("grün 日本 😀", "\"grün 日本 😀\"")]
    public void Text_AnyText_IsEscapedLikeGo(string text, string expected)
    {
        Assert.Equal(expected, Write(json => json.Text(text)));
        Assert.Equal(expected, Write(json => json.Text(Encoding.UTF8.GetBytes(text))));
    }

    [Fact]
    public void Text_BrokenUtf8_BecomesReplacementPerByte() =>
        Assert.Equal("\"a\\ufffd\\ufffdb\"", Write(json => json.Text([(byte)'a', 0xff, 0xe2, (byte)'b'])));

    [Fact]
    public void Writer_NestedValues_PlacesCommasAndColons()
    {
        string text = Write(json =>
        {
            json.BeginObject();
            json.Name("A"u8);
            json.Number(-12);
            json.Name("B"u8);
            json.BeginArray();
            json.Bool(true);
            json.Null();
            json.BeginObject();
            json.EndObject();
            json.EndArray();
            json.Key("k<");
            json.Raw("{\"x\":1}"u8);
            json.EndObject();
        });
        Assert.Equal("{\"A\":-12,\"B\":[true,null,{}],\"k\\u003c\":{\"x\":1}}", text);
    }

    [Fact]
    public void Text_AnyString_ReadsBackAsTheSame() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), text =>
            text is null || JsonSerializer.Deserialize<string>(Write(json => json.Text(text))) == Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Text_LongText_IsWrittenWhole()
    {
        string text = new('é', 5000);
        Assert.Equal("\"" + text + "\"", Write(json => json.Text(text)));
    }

    [Fact]
    public void Indent_CompactJson_LooksLikeConsulPretty()
    {
        byte[] pretty = GoJsonIndenter.Indent("{\"a\":[],\"b\":{},\"c\":[1,\"x{\\\"\"],\"d\":{\"e\":null}}"u8);
        const string Expected = """
            {
                "a": [],
                "b": {},
                "c": [
                    1,
                    "x{\""
                ],
                "d": {
                    "e": null
                }
            }

            """;
        Assert.Equal(Expected.ReplaceLineEndings("\n"), Encoding.UTF8.GetString(pretty));
    }

    [Fact]
    public void Rent_InSteadyState_AllocatesNothing()
    {
        long before = 0;
        for (int i = 0; i < 200; i++)
        {
            if (i == 100)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            GoJsonWriter json = GoJsonWriter.Rent();
            json.BeginArray();
            json.Text("<escaped> and plain");
            json.Number(i);
            json.EndArray();
            json.Return();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static string Write(Action<GoJsonWriter> write)
    {
        var json = new GoJsonWriter();
        write(json);
        return Encoding.UTF8.GetString(json.Written);
    }
}
