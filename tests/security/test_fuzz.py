"""Whatever clients send, nothing breaks: no traceback, nobody who is not there, and the next request is answered.

A short search; ``python -m benchmarks.fuzz`` is the long one.
"""

from __future__ import annotations

import asyncio
import json
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed

from django_admin_collaborator.core import messages
from tests.core import profiles
from tests.sockets.conftest import granted
from tests.support import frames
from tests.support.sockets import chat_path, edit_path, new_member

profiles.load()

KNOWN = frozenset(frames.EDIT)
UNLIMITED = {
    "ADMIN_COLLABORATOR_MESSAGES_PER_SOCKET": 10**6,
    "ADMIN_COLLABORATOR_MESSAGES_PER_USER": 10**6,
    "ADMIN_COLLABORATOR_HANDSHAKES_PER_USER": 10**4,
}

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.sampled_from(frames.VALUES),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)
messages_of_clients = st.dictionaries(st.sampled_from(frames.FIELDS) | st.text(), json_values, max_size=6)


def decoded(text):
    """The message, or the error that its sender gets."""
    try:
        return messages.decode(text, KNOWN)
    except messages.ProtocolError:
        return None


@given(st.text(st.characters()) | st.binary().map(lambda data: data.decode("utf-8", "surrogateescape")))
def test_any_text_is_a_message_of_a_known_type_or_an_error(text):
    message = decoded(text)
    assert message is None or message["type"] in KNOWN


@given(messages_of_clients, st.sampled_from([*frames.EDIT, *frames.WRONG_KINDS]))
def test_what_was_read_can_be_written_for_any_store_and_layer(fields, kind):
    message = decoded(json.dumps({**fields, "type": kind}))
    if message is not None:
        json.dumps(message, ensure_ascii=False, allow_nan=False).encode()


@pytest.fixture(params=["uvicorn", "daphne"])
def worker(serve, request):
    return serve(store="memory", program=request.param, settings=UNLIMITED)[0]


@settings(
    max_examples=40 if profiles.PROFILE == "short" else 5000,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32))
def test_no_frame_breaks_a_live_server(worker, article, ada, bob, sync_socket, seed):
    paths = [edit_path(article), edit_path(article, new_member()), chat_path("/admin/")]
    socket = sync_socket(worker, paths[seed % 3], (ada, bob)[seed % 2])
    socket.thread.run(say(socket.socket, [frames.frame(random.Random(seed + n)) for n in range(25)]))
    socket.close()
    assert "Traceback" not in worker.log_tail(10**8)


async def say(socket, said):
    try:
        for frame in said:
            await socket.send_raw(frame.encode("utf-8", "replace").decode() if isinstance(frame, str) else frame)
        await socket.send("heartbeat", n=4711)
    except ConnectionClosed:
        pass
    while socket.close_code is None and not any(answers(message) for message in socket.received):
        await asyncio.sleep(0.005)


def answers(message):
    """Whether this is the answer to the heartbeat at the end."""
    return message.get("n") == 4711 or message.get("in_reply_to") == "heartbeat"


async def test_after_much_nonsense_nobody_is_there_who_is_not(worker, join, talk, article, ada, bob, cat):
    for seed in range(30):
        person, member = (ada, bob)[seed % 2], new_member() if seed % 3 else None
        path = edit_path(article, member) if seed % 5 else chat_path("/admin/")
        socket = await worker.socket(path, person)
        await say(socket, [frames.frame(random.Random(1000 * seed + n)) for n in range(20)])
        await (socket.abort() if seed % 4 else socket.close())
    watcher, chat = await join(worker, article, cat, member=new_member()), await talk(worker, "/admin/", cat)
    await watcher.expect("welcome")
    await watcher.send("claim_editor", timestamp=None, wait=True)
    await watcher.expect("lease", timeout=12)  # a broken connection is waited for
    for _ in range(100):
        await watcher.send("request_room")
        if (await watcher.expect("room"))["room"]["people_count"] == 1:
            break
        await asyncio.sleep(0.1)
    else:
        raise AssertionError(watcher.received[-1])
    await chat.drain()
    again = await talk(worker, "/admin/", ada)
    assert [user["user_id"] for user in (await again.expect("active_users"))["users"]] == [cat.id]
    assert "Traceback" not in worker.log_tail(10**8)


async def test_the_lease_of_a_client_that_breaks_off_is_freed(worker, join, article, ada, bob):
    broken, viewer = [await join(worker, article, one, member=new_member()) for one in (ada, bob)]
    before = len(worker.log_tail(10**8))
    await granted(broken)
    broken.connection.transport.write(b"\x81\x81\x00\x00\x00\x00\xff")  # a text frame that is not UTF-8
    assert await broken.expect_close(5) in (1007, 1006)  # daphne ends the connection without a word
    await viewer.send("claim_editor", timestamp=None, wait=True)
    await viewer.expect("lease", timeout=12)
    assert "/django_admin_collaborator/" not in worker.log_tail(10**8)[before:]  # uvicorn has a traceback of its own
