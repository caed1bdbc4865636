"""Commands that share one connection to Redis."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Callable, List

import pytest
import redis

from django_admin_collaborator.stores.base import Snapshot, StoreUnavailable
from tests.stores.makers import connected
from tests.support.processes import free_port
from tests.support.redis_server import RedisServer


async def put(store: Any, key: str) -> Snapshot:
    return await store.swap(key, "", "r1", "text of " + key)


async def test_commands_wait_neither_for_each_other_nor_for_a_connection_of_their_own(
    redis_server: RedisServer, tcp_proxy: Callable[[int], Any]
):
    proxy = tcp_proxy(redis_server.port)
    store = connected(f"redis://127.0.0.1:{proxy.port}/0")
    await put(store, "first")
    proxy.delay_seconds = 0.2

    started = time.monotonic()
    answers = await asyncio.gather(*(put(store, f"room-{number}") for number in range(50)))

    assert time.monotonic() - started < 2
    assert [answer.text for answer in answers] == [f"text of room-{number}" for number in range(50)]
    assert proxy.connections() == 1
    await store.close()


async def test_an_answer_that_nobody_waits_for_is_given_to_nobody_else(redis_url: str):
    store = connected(redis_url)
    for number in range(40):
        await put(store, f"room-{number}")
    asking = [asyncio.ensure_future(store.read(f"room-{number}")) for number in range(40)]

    await asyncio.sleep(0)
    for task in asking[::3]:
        task.cancel()

    for number, task in enumerate(asking):
        if number % 3:
            assert (await task).text == f"text of room-{number}"
    await store.close()


async def test_a_time_out_loses_everything_in_flight_and_mixes_up_nothing(redis_url: str, redis_server: RedisServer):
    store = connected(redis_url, max_retries=0, socket_timeout_seconds=0.3)
    for number in range(10):
        await put(store, f"room-{number}")

    redis_server.freeze()
    for _ in range(2):
        lost = await asyncio.gather(*(store.read(f"room-{n}") for n in range(10)), return_exceptions=True)
        assert {type(error) for error in lost} == {StoreUnavailable}
    redis_server.thaw()

    found = await asyncio.gather(*(store.read(f"room-{number}") for number in range(10)))
    assert [room.text for room in found] == [f"text of room-{number}" for number in range(10)]
    await store.close()


async def test_a_quick_answer_is_not_lost_by_a_slow_one_before_it(redis_url: str, redis_server: RedisServer):
    store = connected(redis_url, max_retries=0, socket_timeout_seconds=1)
    await put(store, "room")

    for _ in range(4):  # each of them in time, all of them together longer than the time-out
        redis_server.freeze()
        asking = [asyncio.ensure_future(store.read("room")) for _ in range(3)]
        await asyncio.sleep(0.4)
        redis_server.thaw()
        assert {(await task).text for task in asking} == {"text of room"}
    await store.close()


async def test_a_server_that_became_a_replica_is_connected_to_anew(redis_url: str, redis_server: RedisServer):
    store = connected(redis_url)
    await put(store, "room")
    with redis_server.client() as client:
        client.execute_command("REPLICAOF", "127.0.0.1", str(free_port()))
        names = {entry["id"] for entry in client.client_list()}
        try:
            with pytest.raises(StoreUnavailable):
                await put(store, "another room")
        finally:
            client.execute_command("REPLICAOF", "NO", "ONE")

        assert (await put(store, "another room")).swapped
        assert {entry["id"] for entry in client.client_list()} - names, "the address may name another server by now"
    await store.close()


async def test_a_server_that_refuses_one_command_keeps_the_connection(redis_url: str, redis_server: RedisServer):
    store = connected(redis_url)
    await put(store, "room")
    with redis_server.client() as client:
        before = {entry["id"] for entry in client.client_list()}
        client.config_set("maxmemory", "1")
        try:
            with pytest.raises(StoreUnavailable, match=r"OutOfMemory|OOM"):
                await put(store, "another room")
        finally:
            client.config_set("maxmemory", "0")
        assert (await put(store, "another room")).swapped
        assert {entry["id"] for entry in client.client_list()} == before
    await store.close()


LOOP_THAT_ENDS = """
import asyncio, gc, sys
from django_admin_collaborator.stores.base import Listener
from tests.stores.makers import connected

class Deaf(Listener):
    def heard(self, key, news, text): ...
    def missed(self): ...

store = connected(sys.argv[1])

async def work():
    subscription = store.subscribe(Deaf())
    await subscription.add("room")
    await store.swap("room", "", "r1", "text", "news")
    if sys.argv[2] == "run":
        asyncio.ensure_future(subscription.add("another room"))
        asyncio.ensure_future(store.read("room"))
        await asyncio.sleep(0)

for _ in range(5):
    if sys.argv[2] == "run":
        asyncio.run(work())
    else:
        loop = asyncio.new_event_loop()
        loop.run_until_complete(work())
        loop.close()
        del loop
    gc.collect()
print("done")
"""


@pytest.mark.parametrize(
    ("ends", "options"),
    [("run", ["-X", "dev"]), ("closed", [])],
    ids=["its tasks are cancelled", "it is closed over their heads"],
)
def test_a_loop_that_ends_without_closing_us_ends_in_silence(redis_url: str, ends: str, options: List[str]):
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, *options, "-W", "ignore", "-c", LOOP_THAT_ENDS, redis_url, ends]

    ended = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=60)

    # asyncio says in its debug mode what took long on a busy machine.
    spoken = [line for line in ended.stderr.splitlines() if not line.startswith("Executing <")]
    assert (ended.stdout, spoken) == ("done\n", [])


async def test_a_socket_of_this_machine_a_password_and_another_database(tmp_path: Path, redis_server: RedisServer):
    server = RedisServer(tmp_path)
    path = tmp_path / "redis.sock"
    server.command += ["--unixsocket", str(path)]
    server.start()
    try:
        with server.client() as client:
            client.config_set("requirepass", "secret")
        store = connected(f"unix://:secret@{path}?db=3")
        await put(store, "room")
        with redis.Redis(port=server.port, password="secret", db=3) as client:
            assert client.dbsize() == 1
        await store.close()
        with pytest.raises(StoreUnavailable, match=r"Auth|password"):
            await put(connected(f"unix://:wrong@{path}"), "room")
    finally:
        server.kill()
