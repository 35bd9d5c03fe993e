"""Runs every test suite, two at a time, and sums what they report.

A suite is a process: an xunit v3 test program, one module of the black-box tests in tests/interop,
or the node tests there. Each leaves a machine-readable report; a suite that reports nothing, or
ends badly without naming a failed test, counts as one failure of its own.
"""
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
INTEROP = ROOT / "tests" / "interop"
SUITES_AT_ONCE = 2
SUITE_TIMEOUT_SECONDS = 240
# The simulation of clusters may take its five minutes, and more on a busy machine; so may clusters that are waited for.
LONGER_SECONDS = {"Muster.Simulation": 1200, "Muster.FailureTests.Cluster": 480}
# A test that runs longer is named in its suite's output: who reads that of a suite without an end knows where it stood.
LONG_SECONDS = 60
# Begun first, so that no lane ends long after the other.
SLOWEST = ("Muster.FailureTests", "Muster.FailureTests.Cluster", "test_cluster_watching", "test_cluster_balancer", "test_cluster_history", "test_crash", "test_faults", "test_signals", "test_cli", "test_killed_services", "test_agent_config", "test_python_consul")
# Takes all cores, so it runs when the programs that start processes and measure time are through.
LAST = "Muster.Simulation"
# Namespaces that run as suites of their own beside the rest of their program, which would take too long for one, and how
# they run: classes that mostly wait, side by side.
SPLIT_OFF = {"Muster.FailureTests": {"Muster.FailureTests.Cluster": ["-parallel", "collections", "-maxThreads", "2"]}}
SHOWN_LINES_OF_A_FAILED_SUITE = 120
# Where tests that measure leave a table each.
FIGURES = ROOT / "artifacts" / "failure-tests"


class Suite:
    """One process to run and the way to read its report."""

    def __init__(self, name, command, read_report, cwd=ROOT):
        self.name = name
        self.command = command
        self.read_report = read_report
        self.cwd = cwd


class Outcome:
    """What one suite said: how many tests passed, which failed, and its output."""

    def __init__(self, suite, passed, failed, skipped, seconds, output):
        self.suite = suite
        self.passed = passed
        self.failed = failed
        self.skipped = skipped
        self.seconds = seconds
        self.output = output


def read_ctrf(path, _output):
    """Counts a CTRF report: the format of xunit v3 and of tests/interop/run_module.py."""
    with open(path, encoding="utf-8") as file:
        tests = json.load(file)["results"]["tests"]
    passed = sum(test["status"] == "passed" for test in tests)
    skipped = sum(test["status"] in ("skipped", "pending") for test in tests)
    failed = [test["name"] for test in tests if test["status"] not in ("passed", "skipped", "pending")]
    return passed, failed, skipped


def read_tap(_path, output):
    """Counts the TAP of node's test runner, which closes with its own totals."""
    totals = {key: int(value) for key, value in re.findall(r"^# (pass|fail|cancelled|skipped) (\d+)$", output, re.M)}
    leaves = re.findall(r"^(\s*)not ok \d+ - (.*)$", output, re.M)
    failed = totals["fail"] + totals["cancelled"]
    names = [name for _, name in leaves][:failed]
    names += ["(unnamed node test)"] * (failed - len(names))
    return totals["pass"], names, totals["skipped"]


def discover():
    """Every suite: the test programs, and those that drive the server from outside."""
    modules = sorted(INTEROP.glob("test_*.py"))
    modules.sort(key=lambda module: SLOWEST.index(module.stem) if module.stem in SLOWEST else len(SLOWEST))
    black_box = []
    for module in modules:
        black_box.append(Suite(
            f"interop/{module.stem[len('test_'):]}",
            ["/usr/bin/python3", "-u", str(INTEROP / "run_module.py"), module.stem, "{report}"],
            read_ctrf))
    node = INTEROP / "node"
    for script in sorted(node.glob("*.test.js")):
        black_box.append(Suite(
            f"interop/node-{script.name[:-len('.test.js')]}",
            ["node", "--test", "--test-reporter=tap", str(script)],
            read_tap, cwd=node))
    programs = []
    for project in sorted((ROOT / "tests").glob("*/*.csproj"), key=lambda project: (project.stem == LAST, project.stem not in SLOWEST, project)):
        if "<ProjectType>Test</ProjectType>" not in project.read_text(encoding="utf-8"):
            continue  # something that tests use
        name = project.stem
        program = ROOT / "artifacts" / "bin" / name / "release" / name
        command = [str(program), "-noLogo", "-noColor", "-reporter", "quiet", "-longRunning", str(LONG_SECONDS), "-ctrf", "{report}"]
        for namespace, options in SPLIT_OFF.get(name, {}).items():
            programs.append(Suite(namespace, [*command, *options, "-namespace", f"{namespace}*"], read_ctrf))
            command += ["-namespace-", f"{namespace}*"]
        programs.append(Suite(name, command, read_ctrf))
    for name in ("links", "snippets"):
        programs.append(Suite(f"docs/{name}", ["/usr/bin/python3", str(ROOT / "eng" / f"check_{name}.py")], read_tap))
    return programs, black_box


def run(suite, folder):
    """Runs one suite to its end, or to its time limit."""
    report = folder / (re.sub(r"\W", "-", suite.name) + ".json")
    command = [part.replace("{report}", str(report)) for part in suite.command]
    limit = LONGER_SECONDS.get(suite.name, SUITE_TIMEOUT_SECONDS)
    began = time.monotonic()
    crash = None
    try:
        # A session of its own: at the limit the suite's servers and clients go with it.
        process = subprocess.Popen(
            command, cwd=suite.cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True)
        try:
            output, _ = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            output, _ = process.communicate()
            crash = f"no end after {limit} s"
        output = output.decode("utf-8", "replace")
        exit_code = process.returncode
    except OSError as error:
        output, exit_code, crash = "", None, str(error)
    seconds = time.monotonic() - began

    passed, failed, skipped = 0, [], 0
    try:
        passed, failed, skipped = suite.read_report(report, output)
    except (OSError, ValueError, KeyError) as error:
        crash = crash or f"no report, exit code {exit_code} ({error!r})"
    if crash is None and exit_code != 0 and not failed:
        crash = f"exit code {exit_code} without a failed test"
    if crash is None and passed + len(failed) == 0:
        crash = "no test executed"
    if crash is not None:
        failed.append(f"the suite itself: {crash}")
    return Outcome(suite, passed, failed, skipped, seconds, output)


def show(outcome):
    state = "FAIL" if outcome.failed else "ok"
    skipped = f", {outcome.skipped} skipped" if outcome.skipped else ""
    print(f"{state:4} {outcome.suite.name:32} {outcome.passed:5} passed, {len(outcome.failed)} failed{skipped}"
          f"  {outcome.seconds:6.1f} s", flush=True)
    if outcome.failed:
        lines = outcome.output.splitlines()
        if len(lines) > SHOWN_LINES_OF_A_FAILED_SUITE:
            print(f"     ... {len(lines) - SHOWN_LINES_OF_A_FAILED_SUITE} lines left out")
        for line in lines[-SHOWN_LINES_OF_A_FAILED_SUITE:]:
            print("     " + line)
        sys.stdout.flush()


def show_figures(since):
    """The tables of this run, whether their tests passed or not."""
    for table in sorted(FIGURES.glob("*.md")):
        if table.stat().st_mtime >= since:
            print(f"\n{table.read_text(encoding='utf-8').strip()}", flush=True)


def main(words):
    programs, black_box = discover()
    groups = [[suite for suite in group if not words or any(word.lower() in suite.name.lower() for word in words)]
              for group in (programs, black_box)]
    began, began_at = time.monotonic(), time.time()
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="muster-tests-") as folder:
        # The unit tests first: when they fail, what the black-box tests say matters less.
        for group in groups:
            with concurrent.futures.ThreadPoolExecutor(SUITES_AT_ONCE) as pool:
                running = [pool.submit(run, suite, pathlib.Path(folder)) for suite in group]
                for done in concurrent.futures.as_completed(running):
                    outcomes.append(done.result())
                    show(outcomes[-1])

    show_figures(began_at)
    passed = sum(outcome.passed for outcome in outcomes)
    failed = [(outcome.suite.name, name) for outcome in outcomes for name in outcome.failed]
    if failed:
        print("\nfailed:")
        for suite, name in failed:
            print(f"  {suite}: {name}")
    if passed + len(failed) == 0:
        print("no test executed")
    print(f"\nall suites took {time.monotonic() - began:.0f} s")
    print(f"{passed} passed, {len(failed)} failed", flush=True)
    return 1 if failed or passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
