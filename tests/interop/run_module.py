"""Runs one test module of this folder and leaves a report in the CTRF format.

    /usr/bin/python3 run_module.py test_dig report.json [TEST_NAME_PART...]
"""
import json
import signal
import sys
import time
import unittest


class Report(unittest.TextTestResult):
    """Keeps each test's state; a failed class or module set-up counts as a failed test."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.tests = {}
        self.began = {}

    def startTest(self, test):
        super().startTest(test)
        self.began[test.id()] = time.monotonic()

    def stopTest(self, test):
        took = time.monotonic() - self.began[test.id()]
        self.tests.setdefault(test.id(), "passed")
        self.stream.writeln(f"    {took:.2f} s")
        super().stopTest(test)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.tests.setdefault(test.id(), "passed")

    def addError(self, test, error):
        super().addError(test, error)
        self.tests[test.id()] = "failed"

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self.tests[test.id()] = "failed"

    def addSubTest(self, test, subtest, error):
        super().addSubTest(test, subtest, error)
        if error is not None:
            self.tests[test.id()] = "failed"

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.tests[test.id()] = "skipped"

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.tests[test.id()] = "failed"


def main(module, report, *parts):
    # a suite started in the background of a shell, or with nohup, ignores these, and so would every server that it starts
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    loader = unittest.TestLoader()
    if parts:
        loader.testNamePatterns = [f"*{part}*" for part in parts]
    result = unittest.TextTestRunner(resultclass=Report, verbosity=2).run(loader.loadTestsFromName(module))
    tests = [{"name": name, "status": status} for name, status in result.tests.items()]
    with open(report, "w", encoding="utf-8") as file:
        json.dump({"reportFormat": "CTRF", "results": {"tool": {"name": "unittest"}, "tests": tests}}, file)
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
