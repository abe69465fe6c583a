"""A skip is not green: a run ends badly when a test was skipped for a reason that nobody reviewed (tests/overslaan.toml).

Without this a machine that lacks a browser, a virus scanner or Node would call half of the promises proven.
"""

import os
import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

LIST = Path(__file__).with_suffix(".toml")


def permitted(env: Mapping[str, str] = os.environ) -> list[re.Pattern]:
    """The reasons that may be given now; MAG_OVERSLAAN names the parts that this machine lacks. UsageError for another name."""
    reviewed = tomllib.loads(LIST.read_text(encoding="utf-8"))
    parts = {row["naam"]: row["patroon"] for row in reviewed["deel"]}
    lacking = {name.strip() for name in env.get("MAG_OVERSLAAN", "").split(",")} - {""}
    if unknown := lacking - parts.keys():
        raise pytest.UsageError(f"MAG_OVERSLAAN kent {', '.join(sorted(unknown))} niet. Het kan zijn: {', '.join(parts)}.")
    return [re.compile(pattern) for pattern in [*(row["patroon"] for row in reviewed["altijd"]), *(parts[n] for n in lacking)]]


class Overslaan:
    """The plugin; it stands on the controller, which hears the reports of every worker."""

    def __init__(self) -> None:
        self.permitted = permitted()
        self.unlisted: Counter[str] = Counter()

    def _heard(self, report) -> None:
        if not report.skipped or hasattr(report, "wasxfail"):
            return
        words = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reason = words.removeprefix("Skipped: ")
        if not any(pattern.fullmatch(reason) for pattern in self.permitted):
            self.unlisted[reason] += 1

    def pytest_runtest_logreport(self, report) -> None:
        """One test, or its set-up."""
        self._heard(report)

    def pytest_collectreport(self, report) -> None:
        """A whole file."""
        self._heard(report)

    def pytest_sessionfinish(self, session) -> None:
        """Everything that ran went well, and still this is no success."""
        if self.unlisted and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter) -> None:
        """Which reasons, and what to do about it."""
        if not self.unlisted:
            return
        terminalreporter.section("overgeslagen zonder afspraak", red=True)
        for reason, count in sorted(self.unlisted.items()):
            terminalreporter.line(f"{count} x {reason}")
        terminalreporter.line("Zet neer wat ontbreekt (make test doet dat waar het mag), of zeg dat u het met opzet overslaat: "
                              "MAG_OVERSLAAN=chromium,clamd,node,postgres. Wat altijd mag, staat in tests/overslaan.toml.")
