"""Runs one module of CPython's tests and writes what became of each test, a line each: one.py MODULE REPORT

A line is written before a test begins as well, so that a crash or a hang has a name.
"""

import sys
import unittest


def short(test):
    """Class and method of a test; for a failed import of a module or class what unittest calls it."""
    parts = test.id().split(" ")[0].split(".")
    return ".".join(parts[-2:])


class Result(unittest.TestResult):
    def __init__(self, report):
        super().__init__()
        self.report = report

    def say(self, what, test):
        self.report.write(f"{what} {short(test)}\n")
        self.report.flush()

    def startTest(self, test):
        super().startTest(test)
        self.failed = False
        self.say("begin", test)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.say("ok", test)

    def bad(self, what, test, error):
        self.say(what, getattr(test, "test_case", test))
        print(f"--- {what} {test.id()}", file=sys.stderr)
        try:
            print(self._exc_info_to_string(error, test), file=sys.stderr)
        except Exception as e:
            print(f"{error[0].__name__}: {error[1]} (and its traceback cannot be shown: {e!r})", file=sys.stderr)

    def addError(self, test, error):
        self.bad("error", test, error)

    def addFailure(self, test, error):
        self.bad("fail", test, error)

    def addSubTest(self, test, subtest, error):
        if error is not None and not self.failed:
            self.failed = True
            self.bad("fail" if issubclass(error[0], test.failureException) else "error", test, error)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.say("skip", test)

    def addExpectedFailure(self, test, error):
        self.say("ok", test)

    def addUnexpectedSuccess(self, test):
        self.say("fail", test)


def main():
    module, path = sys.argv[1:]
    sys.argv[1:] = []
    with open(path, "w") as report:
        try:
            suite = unittest.defaultTestLoader.loadTestsFromName("test." + module)
        except unittest.SkipTest as e:
            report.write(f"skip {module}\n")
            print(e, file=sys.stderr)
        else:
            suite.run(Result(report))
        report.write("end\n")


main()
