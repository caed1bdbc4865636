"""Fixtures are in tests/support/fixtures.py; this file says how a test run behaves as a whole."""

from __future__ import annotations

import os
import signal
from typing import Any, Iterator, List, Optional, Tuple

import pytest
from django.template import Template

pytest.register_assert_rewrite("tests.support")

from tests.support.fixtures import *  # noqa: E402, F403 (fixtures are found by name)

SKIPPED_IN_CI = 10  # an exit code of its own: no other try would mend it
RENDER = Template._render  # type: ignore[attr-defined]
IN_CI = os.environ.get("CI", "").lower() in ("1", "true")


if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Begun by a shell in the background, which has its children, and theirs, ignore Ctrl+C.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--channel-layer",
        choices=["pubsub", "core"],
        default="pubsub",
        help="the channel layer of servers that tests start with Redis",
    )


@pytest.fixture(scope="session", autouse=True)
def pages_without_records(django_test_environment: None) -> None:
    """Django's test environment copies the context of every template for tests that ask for it; none does here,
    and it takes a sixth of a page's time."""
    Template._render = RENDER  # type: ignore[attr-defined]


def pytest_make_parametrize_id(val: object) -> Optional[str]:
    """The name of a test is in reports and in the environment, which a text of 200,000 brackets would fill."""
    return f"{val[:20]}... {len(val)}" if isinstance(val, str) and len(val) > 200 else None


def pytest_collection_modifyitems(items: List[pytest.Item]) -> None:
    """Mark tests by what they use. Browser stories go last, as Playwright leaves an event loop running."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
        database = item.callspec.params.get("database") if hasattr(item, "callspec") else None
        if database in ("sqlite", "postgresql"):
            item.add_marker(database)
        if "serve" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.server)
        if "figure" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.timed)  # it compares a time with what is promised
        if item.get_closest_marker("flaky"):
            raise pytest.UsageError(f"{item.nodeid}: only a test that is marked as timed is run again")
        if item.get_closest_marker("timed"):
            # It measures a time on a machine that others use too. The summary says how many needed it.
            item.add_marker(pytest.mark.flaky(reruns=2, reruns_delay=1))
    items.sort(key=_place)


def _place(item: pytest.Item) -> Tuple[str, ...]:
    """Where a story is played: those with the same server follow each other, so that it is started once."""
    if item.get_closest_marker("browser") is None:
        return ()
    fixtures: Any = item._fixtureinfo.name2fixturedefs  # type: ignore[attr-defined]
    chosen = item.callspec.params if hasattr(item, "callspec") else {}
    names = ("server", "server_settings")
    defined = (fixtures[name][-1].baseid for name in names if name in fixtures)
    return ("browser", *defined, *(repr(chosen.get(name)) for name in names))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    outcome: Any = yield
    report = outcome.get_result()
    if report.failed:
        for title, text in item.__dict__.get("_notes", {}).items():
            try:
                report.sections.append((title, text()))
            except Exception as error:  # a dead server or page must not hide why the test failed
                report.sections.append((title, repr(error)))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """In CI nothing passes by being skipped: what a test needs, the command installs."""
    reporter: Any = session.config.pluginmanager.get_plugin("terminalreporter")
    if IN_CI and exitstatus in (0, 1) and reporter and reporter.stats.get("skipped"):
        session.exitstatus = SKIPPED_IN_CI
        reporter.write_line("")
        reporter.write_line("CI: {} skipped, which counts as failed".format(len(reporter.stats["skipped"])), red=True)
