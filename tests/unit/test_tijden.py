"""Times and limits of logging in: one place says them, with where they come from."""

import re
from datetime import timedelta

from config import load
from local import PROJECT
from portal.identity import sessions


def test_every_time_says_where_it_comes_from():
    rules = load("sessies")
    assert set(rules) == {"stil", "stil-beheer", "langst", "opnieuw-inloggen", "uitnodiging", "inloglink", "laatste-gemeente"}
    for name, rule in rules.items():
        assert rule.keys() == {"seconden", "waarom"} and rule["seconden"] > 0, name
        assert re.search(r"\((?:keuze|NIST|ASVS)[^()]*\)\.$", rule["waarom"]) or "NIST" in rule["waarom"], name


def test_the_times_of_the_portal_are_those():
    for name, time in (("stil", sessions.IDLE), ("stil-beheer", sessions.IDLE_ADMIN), ("langst", sessions.ABSOLUTE),
                       ("opnieuw-inloggen", sessions.STEP_UP), ("uitnodiging", sessions.INVITATION),
                       ("inloglink", sessions.LOGIN_LINK), ("laatste-gemeente", sessions.LAST_LOGIN)):
        assert time == timedelta(seconds=load("sessies")[name]["seconden"]), name
    assert sessions.IDLE_ADMIN <= sessions.IDLE <= sessions.ABSOLUTE <= timedelta(hours=12), "NIST SP 800-63B, AAL2"


def test_no_time_and_no_limit_of_logging_in_stands_in_the_code():
    """`timedelta(minutes=30)` in sessions.py, or a number behind security.limit, is a second place."""
    written = re.compile(r"timedelta\((?:days|hours|minutes|seconds)=\d|security\.limit\([^\n]*, \d+\)|\b\d+ dagen lang")
    assert written.search("IDLE = timedelta(minutes=30)") and written.search('security.limit("inloggen", x, 10, 300)')
    for name in ("identity/sessions.py", "blueprints/account.py", "cli.py"):
        source = (PROJECT / "portal" / name).read_text(encoding="utf-8")
        assert not written.search(source), (name, written.search(source))


def test_no_page_writes_a_time_of_logging_in_by_itself():
    for template in (PROJECT / "portal" / "templates").glob("**/*.html"):
        if template.parent.name in ("account", "beheer"):
            assert not re.search(r"link werkt \d", template.read_text(encoding="utf-8")), template.name


def test_each_limit_that_the_login_counts_exists():
    source = (PROJECT / "portal" / "blueprints" / "account.py").read_text(encoding="utf-8")
    counted = set(re.findall(r'security\.limit\("([a-z-]+)"', source))
    assert len(counted) >= 6 and counted <= load("limieten").keys()
