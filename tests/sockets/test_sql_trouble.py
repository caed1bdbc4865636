"""The database restarts, loses the rooms, is locked: the holder keeps the lease, and no socket is closed."""

from __future__ import annotations

import asyncio
from typing import Any, Callable, List

import psycopg2
import pytest
from django.db import connections

from django_admin_collaborator.core.timing import RESTORE_SECONDS
from django_admin_collaborator.stores.sql_statements import NEWS, ROOMS
from tests.sockets.tab import overlaps, tokens

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@pytest.fixture
def workers(serve, database):
    yield serve(store="sql", workers=2)
    connections["default"].close()  # it may be one of the server before


@pytest.fixture
async def holder(workers, open_tab, article, ada, bob, cat):
    """The editor, and two that want to be, on both workers."""
    tab = await open_tab(workers[0], article, ada, edits=True)
    await tab.until(lambda tab: tab.holds(), 10)
    await open_tab(workers[1], article, bob, edits=True)
    await open_tab(workers[0], article, cat, edits=True)
    await asyncio.sleep(RESTORE_SECONDS)
    return tab


async def in_thread(trouble: Callable[..., Any], *arguments: Any) -> None:
    await asyncio.get_running_loop().run_in_executor(None, trouble, *arguments)


async def restart(postgres: Any) -> None:
    await in_thread(postgres.stop)
    postgres.launch()  # it ends with the thread that has begun it
    await in_thread(postgres.wait_ready)


async def lose(postgres: Any) -> None:
    """As a failover does to a copy that had not got the rooms yet, and a restore to an older day."""
    await in_thread(at, postgres, f"DELETE FROM {ROOMS}; DELETE FROM {NEWS}")


async def lock(postgres: Any) -> None:
    await in_thread(at, postgres, f"LOCK {ROOMS}, {NEWS}; SELECT pg_sleep(10)")


def at(postgres: Any, statements: str) -> None:
    name = connections["default"].settings_dict["NAME"]
    with psycopg2.connect(postgres.url(name)) as connection, connection.cursor() as cursor:
        cursor.execute(statements)
    connection.close()


@pytest.mark.parametrize("trouble", [restart, lose, lock])
async def test_the_holder_keeps_the_lease_and_nobody_is_cut_off(
    workers: Any, postgres: Any, holder: Any, tabs: Any, trouble: Any
):
    token, welcomes = holder.token, [tab.welcomes for tab in tabs]
    await trouble(postgres)
    for tab in tabs:
        if said(tab):
            await tab.until(lambda tab: said(tab)[-1] is True, 15)
    await asyncio.gather(*(tab.until(lambda tab: tab.editor() == holder.member, 15) for tab in tabs))
    await holder.until(lambda tab: tab.holds(), 15)
    assert holder.token == token
    assert set(tokens(tabs)) == {token}
    assert [tab.closed_with for tab in tabs] == [[], [], []]
    assert [tab.welcomes for tab in tabs] == welcomes
    await holder.leave()
    await tabs[1].until(lambda _: any(tab.holds() for tab in tabs[1:]), 15)
    assert tokens(tabs)[-1] > token
    assert overlaps(tabs) == []


def said(tab: Any) -> List[bool]:
    """Each time, whether the lock service was told to be available."""
    return [message["available"] for message in tab.received if message["type"] == "lock_service"]
