"""Every relative link in a Markdown file leads to a file, and to a heading if it names one. One test per file, as TAP."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CODE = re.compile(r"^(```|~~~).*?^\1|`[^`\n]*`", re.M | re.S)


def anchors(page):
    """The anchors of a page's headings, as the forges make them."""
    prose = re.sub(r"^(```|~~~).*?^\1", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    headings = re.findall(r"^#{1,6} +(.*?) *#*$", prose, re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken(page):
    """The links of a page that lead nowhere."""
    for target in re.findall(r"\]\(([^)\s]+)\)", CODE.sub("", page.read_text(encoding="utf-8"))):
        path, _, anchor = target.partition("#")
        aim = page.parent / path if path else page
        if not re.match(r"\w+:", target) and not (
                aim.exists() and (not anchor or aim.suffix != ".md" or anchor in anchors(aim))):
            yield target


pages = sorted(page for page in ROOT.rglob("*.md") if not {"artifacts", "node_modules", ".git"} & set(page.parts))
failed = 0
for number, page in enumerate(pages, 1):
    wrong = list(broken(page))
    failed += bool(wrong)
    print(f"{'not ok' if wrong else 'ok'} {number} - {page.relative_to(ROOT)}" + "".join(f"\n  leads nowhere: {link}" for link in wrong))
print(f"# pass {len(pages) - failed}\n# fail {failed}\n# cancelled 0\n# skipped 0")
sys.exit(failed > 0)
