"""pytest plugin: one TAP line for each test case (`pytest -p tap`)."""
import os
import sys

import pytest

_out = sys.stdout
_count = 0


def _line(text):
    _out.write(text + "\n")
    _out.flush()


def _comment(text):
    for line in str(text).splitlines():
        _line("# " + line)


def _case(verdict, name, directive=""):
    global _count
    _count += 1
    _line("%s %d - %s%s" % (verdict, _count, name.replace("#", "."), directive))


@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    # The capture manager may have replaced fd 1 by the time the first test runs.
    global _out
    config.pluginmanager.unregister(name="terminalreporter")
    _out = os.fdopen(os.dup(sys.__stdout__.fileno()), "w")


def pytest_collectreport(report):
    if report.failed:
        _case("not ok", "collecting " + report.nodeid)
        _comment(report.longrepr)


def pytest_runtest_logreport(report):
    name = report.nodeid.split("/")[-1]
    if report.skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        _case("ok", name, " # SKIP " + str(reason).replace("\n", " "))
    elif report.failed:
        _case("not ok", name if report.when == "call" else name + " " + report.when)
        _comment(report.longrepr)
    elif report.when == "call":
        _case("ok", name)


def pytest_sessionfinish(session, exitstatus):
    _line("1..%d" % _count)
