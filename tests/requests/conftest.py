from __future__ import annotations

import gc
from pathlib import Path
from typing import Any, AsyncIterator, Awaitable, Callable, List

import pytest
from django.conf import settings

from django_admin_collaborator import log_once
from tests.requests.pages import Desk, Line, Page

# Their apps are not installed here; test_projects.py runs each of them.
PROJECT = (settings.SETTINGS_MODULE + "...").split(".")[2]
collect_ignore = [path.name for path in Path(__file__).parent.iterdir() if path.is_dir() and path.name != PROJECT]


@pytest.fixture(autouse=True)
def _told_nothing_yet() -> None:
    log_once.said.clear()


@pytest.fixture
def warnings(caplog: pytest.LogCaptureFixture) -> Callable[[], List[str]]:
    """What was logged as a warning or worse, refusals left out."""
    gc.collect()  # tasks of a loop before are told of when they are collected, which may be now
    caplog.clear()

    def said() -> List[str]:
        return [
            record.getMessage()
            for record in caplog.records
            if record.levelname in ("WARNING", "ERROR") and record.name in ("django_admin_collaborator", "asyncio")
        ]

    return said


@pytest.fixture
async def dial() -> AsyncIterator[Callable[..., Awaitable[Line]]]:
    """``await dial(page)``: the edit socket of a page, as its script opens it; hung up at the end."""
    lines: List[Line] = []

    async def connect(page: Page, **options: Any) -> Line:
        lines.append(Line(page, **options))
        await lines[-1].open()
        return lines[-1]

    yield connect
    for line in lines:
        await line.hang_up()


@pytest.fixture
def desk(transactional_db: None) -> Callable[..., Desk]:
    """``desk("ada")``: the browser of a user of the staff who may do everything, logged in."""
    return Desk
