"""`./muster`: builds when a source is newer, silent otherwise, from anywhere.

Run in a small tree of its own with a stand-in for the build, so that no real build is disturbed.
"""
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest

from harness import LAUNCHER, run

BUILD = """#!/usr/bin/env bash
set -eu
cd "$(dirname "$0")/.."
echo built >> builds.txt
[[ ! -e fail ]] || { echo 'Program.cs(1,1): error CS0000: broken' >&2; exit 1; }
sleep 0.3
mkdir -p artifacts/bin/Muster.Server/release
printf '#!/usr/bin/env bash\\nprintf "%%s|" "$@"\\nexit 7\\n' > artifacts/bin/Muster.Server/release/muster
chmod +x artifacts/bin/Muster.Server/release/muster
touch artifacts/.muster-built
"""


class LauncherTest(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="muster-launcher-")) / "with space"
        self.addCleanup(shutil.rmtree, self.root.parent)
        for folder in ("src/Muster.Server", "eng"):
            (self.root / folder).mkdir(parents=True)
        for file in ("src/Muster.Server/Program.cs", "Directory.Build.props", "Directory.Build.targets",
                     "Directory.Packages.props", "global.json"):
            (self.root / file).touch()
        shutil.copy(LAUNCHER, self.root / "muster")
        build = self.root / "eng" / "build.sh"
        build.write_text(BUILD, "ascii")
        build.chmod(0o755)

    def builds(self):
        return (self.root / "builds.txt").read_text().count("built")

    def test_it_builds_once_then_is_silent_and_passes_everything_through(self):
        first = run(self.root / "muster", "services", "--json", "two words")
        self.assertEqual((7, "services|--json|two words|"), (first.returncode, first.stdout))
        self.assertEqual(1, len(first.stderr.splitlines()), first.stderr)
        second = run(self.root / "muster", "version")
        self.assertEqual((7, "version|", ""), (second.returncode, second.stdout, second.stderr))
        self.assertEqual(1, self.builds())

    def test_a_newer_source_is_built(self):
        run(self.root / "muster")
        for change in ("src/Muster.Server/Program.cs", "src/Muster.Server/New.cs", "Directory.Packages.props"):
            time.sleep(0.02)
            (self.root / change).touch()
            before = self.builds()
            run(self.root / "muster")
            self.assertEqual(before + 1, self.builds(), change)
        (self.root / "README.md").touch()
        before = self.builds()
        run(self.root / "muster")
        self.assertEqual(before, self.builds(), "what is no source needs no build")

    def test_it_works_through_links_and_from_anywhere(self):
        links = self.root.parent / "bin"
        links.mkdir()
        (links / "muster").symlink_to(os.path.relpath(self.root / "muster", links))
        (links / "again").symlink_to("muster")
        for command, cwd in ((links / "again", "/"), ("./muster", self.root), ("../eng/../muster", self.root / "src")):
            self.assertEqual("x|", run(command, "x", cwd=cwd).stdout)
        path = f"{links}:{os.environ['PATH']}"
        self.assertEqual("y|", run("again", "y", cwd="/", env={**os.environ, "PATH": path}).stdout)

    def test_two_first_runs_at_once_build_once(self):
        started = [subprocess.Popen([self.root / "muster", str(n)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                   for n in range(4)]
        self.assertEqual(["0|", "1|", "2|", "3|"], [process.communicate(timeout=30)[0] for process in started])
        self.assertEqual(1, self.builds())

    def test_a_broken_build_shows_its_errors_and_runs_nothing(self):
        run(self.root / "muster")
        (self.root / "fail").touch()
        time.sleep(0.02)
        (self.root / "src/Muster.Server/Program.cs").touch()
        done = run(self.root / "muster", "version")
        self.assertNotIn(done.returncode, (0, 7))
        self.assertEqual("", done.stdout)
        self.assertIn("error CS0000", done.stderr)

    def test_it_costs_next_to_nothing(self):
        run(self.root / "muster")
        took = []
        for _ in range(10):
            began = time.monotonic()
            run(self.root / "muster")
            took.append(time.monotonic() - began)
        self.assertLess(min(took), 0.05)


if __name__ == "__main__":
    unittest.main()
