"""The last modified time of an object: kept in the room, moved on by saves, and a project's own where it has one."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from tests.sockets.conftest import granted
from tests.support.sockets import edit_path

APPLICATION = "tests.sockets.overriding:application"


@pytest.fixture(params=["memory", "redis"])
def worker(serve, request, old_redis):
    redis_url = old_redis.url if request.param == "redis" else ""
    return serve(store=request.param, redis_url=redis_url, application=APPLICATION)[0]


@pytest.fixture
def arrive(join, worker):
    """A function (path or object, person) that gives a socket, and the last modified time that it hears first."""

    async def arrive(where, person):
        path = where if isinstance(where, str) else edit_path(where, prefix="AsIs")
        socket = await join(worker, path, person)
        return socket, (await socket.expect("user_joined"))["last_modified"]

    return arrive


def moment(text):
    return datetime.fromisoformat(text)


async def test_everybody_who_joins_hears_the_same(arrive, article, ada, bob, cat):
    first, known = await arrive(article, ada)
    _, again = await arrive(article, bob)
    assert known == again
    assert (await first.expect("user_joined", user_id=bob.id))["last_modified"] == known
    assert (await arrive(article, cat))[1] == known


async def test_it_is_kept_while_nobody_is_there(arrive, article, ada, bob):
    socket, known = await arrive(article, ada)
    await socket.close()
    assert (await arrive(article, bob))[1] == known


async def test_content_updated_moves_it_on_to_the_time_of_the_save(arrive, article, ada, bob):
    editor, known = await arrive(article, ada)
    await granted(editor)
    saved_at = (moment(known) + timedelta(milliseconds=1)).isoformat()
    await editor.send("content_updated", timestamp=saved_at)
    assert (await editor.expect("content_updated"))["timestamp"] == saved_at
    assert (await arrive(article, bob))[1] == saved_at


async def test_content_updated_without_a_time_is_now(arrive, article, ada, bob):
    editor, known = await arrive(article, ada)
    await granted(editor)
    await editor.send("content_updated", timestamp=None)
    saved_at = (await editor.expect("content_updated"))["timestamp"]
    assert moment(known) < moment(saved_at) <= datetime.now(timezone.utc)
    assert (await arrive(article, bob))[1] == saved_at


async def test_release_lock_moves_it_on(arrive, article, ada, bob):
    editor, known = await arrive(article, ada)
    await granted(editor)
    await editor.send("release_lock")
    released_at = (await editor.expect("lock_released"))["timestamp"]
    assert moment(known) < moment(released_at)
    assert (await arrive(article, bob))[1] == released_at


async def test_a_subclass_may_await_it_or_call_it(arrive, article, ada):
    socket, known = await arrive(edit_path(article, prefix="AsIs"), ada)
    await socket.connection.send('"when"')
    told = await socket.expect("when")
    assert moment(known) <= moment(told["at"]) <= moment(told["called"]) <= datetime.now(timezone.utc)


async def test_an_async_override_may_await_its_parents(arrive, article, ada):
    socket, known = await arrive(edit_path(article, prefix="AwaitedParent"), ada)
    assert known.endswith("+00:00 from the parent")
    await socket.connection.send('"when"')
    assert (await socket.expect("when"))["at"].count("from the parent") == 1


async def test_an_override_may_be_wrapped_as_channels_wraps_it(arrive, article, ada):
    _, known = await arrive(edit_path(article, prefix="InThread"), ada)
    assert known == article.updated_at.isoformat()


async def test_events_come_in_order_though_a_subclass_is_slow_with_one(join, worker, article, ada, bob):
    socket = await join(worker, edit_path(article, prefix="Slow"), ada)
    await socket.expect("editor_status")
    assert [message["type"] for message in socket.received[:2]] == ["user_joined", "editor_status"]
