"""What the page on operations quotes is what the package says."""

from __future__ import annotations

import re

import pytest

from tests.docs import pages

pytestmark = pytest.mark.once

PAGE = pages.read(pages.DOCS / "operations.md")
PACKAGE = pages.ROOT / "django_admin_collaborator"


@pytest.fixture(scope="module")
def sources() -> str:
    return "\n".join(pages.read(path) for path in PACKAGE.rglob("*.py"))


def test_every_log_line_of_the_page_is_one_of_the_package(sources: str) -> None:
    quoted = [row[0].strip("`") for row in pages.table(PAGE, "Log lines")]
    assert len(quoted) > 10
    plain = [line for line in quoted if not line.startswith("refused: event=")]
    assert [line for line in plain if f'"{line}' not in sources and line not in sources] == []


def test_every_alarm_of_the_package_is_on_the_page(sources: str) -> None:
    """What is logged as an error wakes somebody up, so the page has to know it."""
    errors = re.findall(r'logger\.(?:error|exception)\(\s*f?"([^"%]+)', sources)
    known = [row[0].strip("`") for row in pages.table(PAGE, "Log lines")]
    spared = ("an event could not be told", "a save could not be told")
    unknown = [said for said in errors if not any(line in said or said.strip() in line for line in known)]
    assert [said for said in unknown if not said.startswith((*spared, "the store holds something"))] == []


def test_every_event_of_the_page_is_refused_somewhere(sources: str) -> None:
    events = set(re.findall(r"event=([\w-]+)", PAGE)) | {"save-changed"}
    for event in events:
        word = re.sub(r"^(handshake|save)-", "", event)
        assert f'"{word}"' in sources, event


def test_the_example_of_the_doctor_is_in_its_words(sources: str) -> None:
    together = re.sub(r'"\s*f?"', "", sources)
    for said in ("Redis keeps a room; a round trip takes", "A WebSocket opens, and is welcome: this page is live."):
        assert said in PAGE
        assert said in together
    remedy = re.search(r"→ (See whether the Redis.+)", PAGE)
    assert remedy
    assert remedy.group(1) in together
