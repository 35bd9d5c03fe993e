"""Every C# block in the documentation compiles, against the client packages as they were just built. One test per block, as TAP.

A block is fenced with ```csharp. It may be a whole Program.cs, a few statements of one, or types: statements become the body
of a method of a class in which `builder`, `app`, `services`, `client`, `http` and `cancellation` are known, as on the page
around them. Code for other people's libraries is fenced with a second word, ```csharp theirs, and is not compiled.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
BIN = ROOT / "artifacts" / "bin"
FENCE = re.compile(r"^```csharp\n(.*?)^```$", re.M | re.S)
USING = re.compile(r"^using [\w.]+;$")
TYPE = re.compile(r"^(\[|((public|internal|file|sealed|static|abstract|partial|readonly) )*(class|record|interface|struct|enum) )")
KNOWN_USINGS = (
    "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Net.Http.Json",
    "System.Threading", "System.Threading.Tasks", "Microsoft.AspNetCore.Builder", "Microsoft.AspNetCore.Hosting",
    "Microsoft.AspNetCore.Http", "Microsoft.Extensions.Configuration", "Microsoft.Extensions.DependencyInjection",
    "Microsoft.Extensions.Hosting", "Microsoft.Extensions.Logging")
SURROUNDINGS = """
namespace Snippets
{
    internal abstract class Page
    {
        protected static Microsoft.AspNetCore.Builder.WebApplicationBuilder builder = null!;
        protected static Microsoft.AspNetCore.Builder.WebApplication app = null!;
        protected static Microsoft.Extensions.DependencyInjection.IServiceCollection services = null!;
        protected static Muster.Client.MusterClient client = null!;
        protected static System.Net.Http.HttpClient http = null!;
        protected static System.Threading.CancellationToken cancellation = default;
    }

    internal static class Program
    {
        private static void Main()
        {
        }
    }
}
"""


class Snippet:
    """One block, where it stands, and the source file made of it."""

    def __init__(self, page, line, text, number):
        self.page = page
        self.line = line
        self.lines = range(line, line + text.count("\n"))
        self.number = number
        usings, statements, types = [], [], []
        part = statements
        for offset, code in enumerate(text.split("\n")):
            if USING.match(code):
                usings.append(code)
                continue
            if TYPE.match(code):
                part = types
            part.append((line + offset, code))
            if part is types and code in ("}", "};") or part is types and TYPE.match(code) and code.endswith(";"):
                part = statements
        self.source = "\n".join(
            [*usings, f"namespace Snippets.S{number}", "{", f"internal sealed class Snippet{number} : Snippets.Page", "{",
             "private static async System.Threading.Tasks.Task RunAsync(string[] args)", "{", *self._mapped(statements), "#line hidden",
             "}", "}", *self._mapped(types), "#line hidden", "}", ""])

    @property
    def name(self):
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    def _mapped(self, lines):
        """The lines, with directives by which the compiler reports them at their place on the page."""
        mapped = []
        for position, (number, code) in enumerate(lines):
            if position == 0 or lines[position - 1][0] != number - 1:
                mapped.append(f'#line {number} "{self.page.relative_to(ROOT)}"')
            mapped.append(code)
        return mapped


def snippets():
    """Every block of every page."""
    number = 0
    for page in sorted(page for page in ROOT.rglob("*.md") if not {"artifacts", "node_modules", ".git"} & set(page.parts)):
        text = page.read_text(encoding="utf-8")
        for block in FENCE.finditer(text):
            number += 1
            yield Snippet(page, text.count("\n", 0, block.start(1)) + 1, block.group(1), number)


def references():
    """The framework's reference assemblies, our packages, and what these need from others."""
    dotnet = pathlib.Path(subprocess.run(
        ["sh", "-c", 'readlink -f "$(command -v dotnet)"'], capture_output=True, text=True, check=True).stdout.strip()).parent
    for pack in ("Microsoft.NETCore.App.Ref", "Microsoft.AspNetCore.App.Ref"):
        yield from sorted((dotnet / "packs" / pack).glob("10.*"))[-1].glob("ref/net10.0/*.dll")
    for package in sorted(BIN.glob("Muster.Client*/release")):
        if not package.parent.name.endswith(".Tests"):
            yield package / f"{package.parent.name}.dll"
    yield from list(BIN.glob("Muster.Client*Tests/release/Yarp.ReverseProxy.dll"))[:1]


def compiler():
    """The C# compiler of the SDK that global.json asks for."""
    sdks = subprocess.run(["dotnet", "--version"], capture_output=True, text=True, check=True, cwd=ROOT).stdout.strip()
    listed = subprocess.run(["dotnet", "--list-sdks"], capture_output=True, text=True, check=True).stdout
    folder = re.search(rf"^{re.escape(sdks)} \[(.*)\]$", listed, re.M).group(1)
    return pathlib.Path(folder) / sdks / "Roslyn" / "bincore" / "csc.dll"


def compile_all(blocks):
    """Compiles all blocks as one program; the errors by page and line."""
    with tempfile.TemporaryDirectory(prefix="muster-snippets-") as name:
        folder = pathlib.Path(name)
        (folder / "Usings.cs").write_text("".join(f"global using {using};\n" for using in KNOWN_USINGS) + SURROUNDINGS, encoding="utf-8")
        for block in blocks:
            (folder / f"S{block.number}.cs").write_text(block.source, encoding="utf-8")
        # CS1998: not every page waits for something. CS0649 and others: values come from the reader's own code.
        options = ["-nologo", "-target:exe", "-nullable:enable", "-langversion:14", "-warnaserror+", "-nostdlib", "-noconfig",
                   "-nowarn:CS1998,CS0219,CS0168,CS0414,CS0649,CS0162,CS8321,CS1701,CS1702", f"-out:{folder / 'snippets.dll'}",
                   *(f"-r:{path}" for path in references()), str(folder / "*.cs")]
        (folder / "options.rsp").write_text("\n".join(f'"{option}"' for option in options), encoding="utf-8")
        done = subprocess.run(["dotnet", "exec", str(compiler()), f"@{folder / 'options.rsp'}"],
                              capture_output=True, text=True, check=False, cwd=ROOT)
    return done.returncode, done.stdout + done.stderr


def main():
    blocks = list(snippets())
    code, output = compile_all(blocks)
    errors = re.findall(r"^.*?([\w./-]+\.md)\((\d+),\d+\): (.*)$", output, re.M)
    failed = 0
    for block in blocks:
        here = [f"  line {line}: {text}" for page, line, text in errors
                if page.endswith(str(block.page.relative_to(ROOT))) and int(line) in block.lines]
        failed += bool(here)
        print("\n".join([f"{'not ok' if here else 'ok'} {block.number} - {block.name}", *here]))
    if code != 0 and failed == 0:
        failed += 1
        print(f"not ok {len(blocks) + 1} - the compiler\n{output}")
    print(f"# pass {len(blocks) - failed}\n# fail {failed}\n# cancelled 0\n# skipped 0")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
