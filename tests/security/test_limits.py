"""Who floods one room is stopped, and the others do not notice."""

from __future__ import annotations

import asyncio
import time

import pytest
from websockets.exceptions import ConnectionClosed

from django_admin_collaborator.transport import rate_limits
from tests.project.newsroom.models import Article
from tests.security.conftest import SecurityLog
from tests.sockets.conftest import granted, handshake_status
from tests.support.people import in_database
from tests.support.sockets import edit_path, new_member


@pytest.fixture(params=["uvicorn", "daphne"])
def program(request):
    return request.param


async def flood(socket, frame, times):
    try:
        for number in range(times):
            await socket.send_raw(frame)
            if number % 100 == 99:
                await asyncio.sleep(0)  # lets the close be heard
    except ConnectionClosed:
        pass


@pytest.mark.timed
async def test_a_flooder_is_told_to_wait_then_closed_and_kept_out_while_others_go_on(
    serve, join, article, ada, bob, program
):
    worker = serve(store="memory", program=program)[0]
    other = in_database(lambda: Article.objects.create(title="Elsewhere"))
    bystander = await join(worker, other, bob)
    flooder = await join(worker, article, ada, member=new_member())
    log = SecurityLog(worker)
    flooding = asyncio.ensure_future(flood(flooder, '{"type": "request_editor_status"}', 20_000))
    delays = []
    while not flooding.done() or len(delays) < 20:
        started = time.monotonic()
        await bystander.send("request_editor_status")
        await bystander.expect("editor_status")
        delays.append(time.monotonic() - started)
        await asyncio.sleep(0.02)
    assert await flooder.expect_close(5) == 4429
    told = [message for message in flooder.received if message.get("code") == "rate_limited"]
    assert len(told) == 2
    assert all(message["retry_after"] >= 1 for message in told)
    assert await handshake_status(worker, edit_path(article), ada) == 403
    await log.has(event="rate_limited", user=str(ada.id))
    assert len(log.lines()) < 20
    assert sorted(delays)[int(len(delays) * 0.9)] < 0.5, delays


async def test_a_frame_that_is_too_large_ends_the_socket(serve, join, article, ada, bob, program):
    worker = serve(store="memory", program=program)[0]
    loud, other = await join(worker, article, ada), await join(worker, article, bob)
    await granted(loud)
    await loud.send_raw("[" * 300_000)
    await loud.expect("error", code="too_large")
    assert await loud.expect_close(5) == (1009 if program == "uvicorn" else 4413)
    await other.send("heartbeat")
    await other.expect("error", code="not_holder")


async def test_brackets_and_binary_frames_are_answered_and_leave_no_traceback(serve, join, article, ada, program):
    worker = serve(store="memory", program=program)[0]
    before = len(worker.log_tail(10**8))
    socket = await join(worker, article, ada)
    for frame in ("[" * 200_000, '{"a":' * 40_000, b"\x00\xff", b"", "\x00", '{"type": "__init__"}', "1" * 5000):
        await socket.send_raw(frame)
        await socket.expect("error", code="malformed")
    await socket.send("request_editor_status")
    await socket.expect("editor_status")
    assert "Traceback" not in worker.log_tail(10**8)[before:]


async def test_one_user_opens_so_many_sockets_and_no_more(serve, join, article, ada, bob):
    settings = {"ADMIN_COLLABORATOR_SOCKETS_PER_USER": 3, "ADMIN_COLLABORATOR_HANDSHAKES_PER_USER": 1000}
    worker = serve(store="memory", settings=settings)[0]
    first = [await join(worker, article, ada) for _ in range(3)]
    assert await handshake_status(worker, edit_path(article), ada) == 403
    assert await handshake_status(worker, edit_path(article), bob) == 101
    await first[0].close()
    await asyncio.sleep(0.3)
    assert await handshake_status(worker, edit_path(article), ada) == 101


async def test_one_user_opens_sockets_so_often_and_no_more(serve, article, ada, bob):
    settings = {"ADMIN_COLLABORATOR_SOCKETS_PER_USER": 5, "ADMIN_COLLABORATOR_HANDSHAKES_PER_USER": 0.5}
    worker = serve(store="memory", settings=settings)[0]
    assert [await handshake_status(worker, edit_path(article), ada) for _ in range(7)].count(101) in (5, 6)
    assert await handshake_status(worker, edit_path(article), bob) == 101


def test_of_very_many_users_only_those_are_remembered_who_are_here_or_shut_out(monkeypatch):
    known = {}
    monkeypatch.setattr(rate_limits, "_usages", known)
    rate_limits.usage_of("here").sockets = 1
    rate_limits.usage_of("shut out").shut_until = time.monotonic() + 60
    for number in range(999):
        rate_limits.usage_of(str(number))

    rate_limits.usage_of("new")

    assert set(known) == {"here", "shut out", "new"}
