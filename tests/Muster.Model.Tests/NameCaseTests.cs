using System.Text;

namespace Muster.Model.Tests;

public class NameCaseTests
{
    [Theory]
    [InlineData("Web-1_A.Z", "web-1_a.z")]
    [InlineData("\u00C4\u03A3", "\u00E4\u03C3")]
    [InlineData("\u212A", "\u212A")]
    [InlineData("\uD800x", "\uD800x")] // half a character
    public void Fold_Name_IsInLowerCase(string name, string folded) => Assert.Equal(folded, NameCase.Fold(name));

    [Fact]
    public void Fold_EveryCharacter_IsEqualExactlyWhereTheComparerSaysSo()
    {
        var byComparer = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var byFold = new Dictionary<string, string>(StringComparer.Ordinal);
        int wrong = 0;
        for (int code = 0; code < 0x20000; code++) // beyond, nothing has a case
        {
            string name = Rune.IsValid(code) ? new Rune(code).ToString() : ((char)code).ToString();
            string folded = NameCase.Fold(name);
            bool isNew = byComparer.TryAdd(name, folded);
            wrong += isNew == byFold.TryAdd(folded, name) && byComparer[name] == folded && name.Equals(folded, StringComparison.OrdinalIgnoreCase) ? 0 : 1;
        }

        Assert.Equal(0, wrong);
    }
}
