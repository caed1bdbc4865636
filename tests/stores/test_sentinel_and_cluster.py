"""Redis on several machines: a room's swaps follow the master, and stay within one slot of a cluster."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Iterator

import pytest
import redis

from django_admin_collaborator.stores.base import Snapshot, StoreUnavailable, new_revision
from django_admin_collaborator.stores.connection import Connection
from django_admin_collaborator.stores.redis import RedisStore
from tests.support.processes import Process, free_port
from tools import services


class Node(Process):
    """One Redis process with options of its own."""

    def __init__(self, folder: Path, *options: str, config: str = "") -> None:
        self.port = free_port()
        folder.mkdir()
        command = [services.redis_server() or "redis-server"]
        if config:
            path = folder / "node.conf"
            path.write_text(config)
            command.append(str(path))
        command += ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(folder), *options]
        super().__init__(command, folder / "redis.log", self._answers)

    def client(self) -> Any:
        return redis.Redis(port=self.port, socket_timeout=5, decode_responses=True)

    def _answers(self) -> bool:
        try:
            with self.client() as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[Any]:
    started = []

    def start(name: str, *options: str, config: str = "") -> Node:
        node = Node(tmp_path / name, *options, config=config)
        node.start()
        started.append(node)
        return node

    yield start
    for node in started:
        node.kill()


def store_at(address: Any) -> RedisStore:
    connection = Connection(address, max_retries=5, retry_delay_seconds=0.2, socket_timeout_seconds=2)
    return RedisStore(connection, "test")


async def put(store: RedisStore, key: str, expected: str, text: str) -> Snapshot:
    return await store.swap(key, expected, new_revision(), text)


async def test_a_cluster_keeps_many_rooms_over_all_its_slots(nodes):
    bus = free_port()
    a = nodes("a", "--cluster-enabled", "yes", "--cluster-port", str(free_port()))
    b = nodes("b", "--cluster-enabled", "yes", "--cluster-port", str(bus))
    with a.client() as first, b.client() as second:
        first.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 8191)
        second.execute_command("CLUSTER", "ADDSLOTSRANGE", 8192, 16383)
        first.execute_command("CLUSTER", "MEET", "127.0.0.1", b.port, bus)
        for _ in range(100):
            states = {c.execute_command("CLUSTER", "INFO").split("cluster_state:")[1][:2] for c in (first, second)}
            if states == {"ok"}:
                break
            await asyncio.sleep(0.1)
        store = store_at({"cluster": f"redis://127.0.0.1:{a.port}/0"})
        for n in range(40):
            there = await put(store, f"room-{n}", "", f"text {n}")
            assert there.swapped
            assert (await store.read(f"room-{n}")).text == f"text {n}"
        assert await store.born() > 0
        assert set(await store.keys()) == {f"room-{n}" for n in range(40)}
        # Both nodes had their share, so nothing depended on keys being neighbours.
        assert first.dbsize() > 0
        assert second.dbsize() > 0


async def test_after_a_failover_the_rooms_are_swapped_on_the_new_master(nodes):
    master = nodes("master")
    replica = nodes("replica", "--replicaof", "127.0.0.1", str(master.port))
    with replica.client() as client:
        for _ in range(100):
            if client.info("replication")["master_link_status"] == "up":
                break
            await asyncio.sleep(0.1)
    watch = f"sentinel monitor ours 127.0.0.1 {master.port} 1\nsentinel down-after-milliseconds ours 500\n"
    sentinel = nodes("sentinel", "--sentinel", config=watch + "sentinel failover-timeout ours 2000\n")
    with sentinel.client() as client:
        for _ in range(100):
            if client.execute_command("SENTINEL", "REPLICAS", "ours"):
                break
            await asyncio.sleep(0.2)
    store = store_at({"sentinels": [("127.0.0.1", sentinel.port)], "master_name": "ours"})
    before = await put(store, "room", "", "one")
    assert before.swapped
    born = await store.born()
    with master.client() as client:  # replication is not synchronous, and that is not what this test is about
        assert client.wait(1, 10000) == 1
    master.kill()
    for _ in range(60):
        try:
            after = await put(store, "room", before.revision, "two")
            break
        except StoreUnavailable:
            await asyncio.sleep(0.5)
    assert after.swapped
    assert (await store.read("room")).text == "two"
    assert await store.born() > born, "another server: holders are asked to report"
