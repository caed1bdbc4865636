"""Held requests, under ASGI: a page that asks hears of news at once, and nothing is kept for it meanwhile."""

from __future__ import annotations

import http.client
import json
import threading
import time
from contextlib import suppress
from typing import Any, List

import pytest
from django.db import connection

from tests.polls.conftest import Tab
from tests.support.polls import PollingTab, collaborator_path, headers_of, needs_holding
from tests.support.processes import wait_until
from tests.support.servers import ASGI_SERVERS, FURTHER_SERVERS

pytestmark = needs_holding


def asking(tab: PollingTab, results: List[Any], hold: float) -> threading.Thread:
    """A thread in which ``tab`` waits for news, and adds (seconds, status, body) to ``results``."""

    def wait() -> None:
        began = time.monotonic()
        with suppress(OSError, http.client.HTTPException):  # of a server that stops
            tab.poll(hold=hold)
        results.append((time.monotonic() - began, tab.status, tab.body))

    thread = threading.Thread(target=wait)
    thread.start()
    return thread


def waiting(worker: Any, tab: PollingTab, results: List[Any], hold: float = 20) -> threading.Thread:
    """As ``asking``; the worker holds the request when this returns."""
    before = worker.about()["held"]
    thread = asking(tab, results, hold)
    wait_until(lambda: worker.about()["held"] > before, 15, "a request that is held")
    return thread


PLACES = [("uvicorn", "sql"), ("uvicorn", "redis"), ("uvicorn", "memory"), ("daphne", "sql")]
PLACES += [pytest.param(*server.values, "sql", marks=server.marks) for server in FURTHER_SERVERS]


@pytest.mark.parametrize(("program", "store"), PLACES)
def test_a_held_request_ends_when_there_is_news(
    program: str, store: str, serve: Any, tab_at: Tab, ada: Any, bob: Any
):
    worker = serve(store=store, program=program)[0]
    first, second = tab_at(worker, ada), tab_at(worker, bob)
    first.become_editor()
    assert first.next_ms == 15_000
    first.poll(first.claim(), hold=10)
    assert first.next_ms == 0, "the next one will be held"
    results: List[Any] = []
    thread = waiting(worker, first, results)
    assert not results
    began = time.monotonic()
    second.open(second.claim())
    thread.join()
    assert time.monotonic() - began < 4.5, "long before its time is over"
    _, status, body = results[0]
    assert (status, body) == (200, b"")
    assert first.kinds(first.poll(hold=10)) == ["room"]


def test_a_held_request_ends_without_news(serve: Any, tab_at: Tab, ada: Any):
    tab = tab_at(serve(store="sql")[0], ada)
    tab.open(tab.claim())
    tab.poll(tab.claim(), hold=1)
    began = time.monotonic()
    tab.poll(hold=1)
    assert 0.9 < time.monotonic() - began < 5
    assert (tab.status, tab.body) == (200, b"")


def test_no_more_are_held_than_a_setting_says(serve: Any, tab_at: Tab, ada: Any):
    tab = tab_at(serve(store="sql", settings={"ADMIN_COLLABORATOR_HELD_REQUESTS": 0})[0], ada)
    tab.open(tab.claim())
    began = time.monotonic()
    tab.poll(hold=10)
    assert time.monotonic() - began < 5
    assert tab.status == 204
    assert tab.next_ms == 15_000


@pytest.mark.timeout(400)
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_two_hundred_held_requests_keep_neither_threads_nor_connections(serve: Any, tab_at: Tab, ada: Any, bob: Any):
    """Five more than a process has that was asked once."""
    limits = dict.fromkeys(("HELD_REQUESTS", "SOCKETS_PER_USER", "HANDSHAKES_PER_USER", "MESSAGES_PER_USER"), 1000)
    limits["LEASE_SECONDS"] = 300  # a busy machine needs its time for so many
    worker = serve(store="sql", settings={"ADMIN_COLLABORATOR_" + name: most for name, most in limits.items()})[0]

    def kept() -> int:
        threads = worker.about()["threads"]
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
            return threads + int(cursor.fetchone()[0])

    tabs = [tab_at(worker, ada) for _ in range(200)]
    tabs[0].open(tabs[0].claim())
    tabs[0].poll(hold=20)
    before = kept()
    for tab in tabs[1:]:
        tab.open(tab.claim())
    for tab in tabs:
        tab.poll({"type": "pong"}, hold=20)
    results: List[Any] = []
    waits = [asking(tab, results, 20) for tab in tabs]
    wait_until(lambda: kept() <= before + 5, 15, "as few threads and connections as before")
    assert len(results) < 5, "all the others are held"
    other = tab_at(worker, bob)
    other.open()
    for thread in waits:
        thread.join()
    assert all((status, body) == (200, b"") for _, status, body in results[-190:])


@pytest.mark.parametrize("program", ASGI_SERVERS)
def test_who_goes_away_and_a_server_that_stops_end_held_requests_quietly(
    program: str, serve: Any, tab_at: Tab, ada: Any
):
    worker = serve(store="sql", program=program, settings={"ADMIN_COLLABORATOR_HELD_REQUESTS": 2})[0]
    tabs = [tab_at(worker, ada) for _ in range(2)]
    for tab in tabs:
        tab.open()
    for tab in tabs * 2:
        tab.poll({"type": "pong"}, hold=20)
    for tab in tabs:  # each goes away while it is held
        gone = http.client.HTTPConnection("127.0.0.1", worker.port, timeout=20)
        said = json.dumps({"hold": 20, "clients": [tab.asking(())]})
        gone.request("POST", collaborator_path(tab.obj), said, headers_of(ada))
        wait_until(lambda: worker.about()["held"] == 1, 15, "a request that is held")
        gone.close()
        wait_until(lambda: worker.about()["held"] == 0, 15, "a place that is free again")
    results: List[Any] = []
    waits = [waiting(worker, tab, results, 20) for tab in tabs]
    assert not results, "their places are free again"
    began = time.monotonic()
    worker.stop()
    assert time.monotonic() - began < 8
    for thread in waits:
        thread.join()
    log = worker.log_tail()
    assert "Traceback" not in log or program == "hypercorn"  # which has tracebacks of its own when it stops
    assert "/django_admin_collaborator/" not in log
    assert "never awaited" not in log
