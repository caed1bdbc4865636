"""Redis on several machines: a room's swaps follow the master, and stay within one slot of a cluster."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any, Callable, Iterator, List

import pytest
import redis

from django_admin_collaborator.stores import redis_news
from django_admin_collaborator.stores.base import Snapshot, StoreUnavailable, new_revision
from django_admin_collaborator.stores.connection import Connection
from django_admin_collaborator.stores.redis import RedisStore
from tests.stores.doubles import Ear
from tests.stores.makers import OwnRedisStore
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


def store_at(address: Any) -> OwnRedisStore:
    connection = Connection(address, max_retries=5, retry_delay_seconds=0.2, socket_timeout_seconds=2)
    return OwnRedisStore(connection, "test")


async def put(store: RedisStore, key: str, expected: str, text: str) -> Snapshot:
    return await store.swap(key, expected, new_revision(), text)


async def until(condition: Callable[[], Any], seconds: float = 20) -> None:
    """Poll ``condition`` until it is true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.1)


async def put_somehow(store: RedisStore, key: str, expected: str, text: str, news: str = "") -> Snapshot:
    """Put as a caller does that tries again; nothing but StoreUnavailable may reach it."""
    for _ in range(60):
        try:
            return await store.swap(key, expected, new_revision(), text, news)
        except StoreUnavailable:
            await asyncio.sleep(0.5)
    raise AssertionError("it stays unavailable")


async def heard_again(store: RedisStore, ear: Ear, key: str, expected: str) -> None:
    await ear.until_missed(seconds=20)
    count = len(ear.all)
    await put_somehow(store, key, expected, "text", "afterwards")
    assert (await ear.until(count + 1))[-1] == (key, "afterwards", "text")


@pytest.fixture
async def cluster(nodes) -> List[Node]:
    """Three nodes with a third of the slots each, of which two can do without the third."""
    options = ["--cluster-enabled", "yes", "--cluster-require-full-coverage", "no", "--cluster-node-timeout", "1000"]
    buses = [free_port() for _ in range(3)]
    started = [nodes(f"node-{bus}", *options, "--cluster-port", str(bus)) for bus in buses]
    for number, node in enumerate(started):
        with node.client() as client:
            first, last = 5462 * number, min(5462 * number + 5461, 16383)
            client.execute_command("CLUSTER", "ADDSLOTSRANGE", first, last)
            client.execute_command("CLUSTER", "MEET", "127.0.0.1", started[0].port, buses[0])
    for node in started:
        with node.client() as client:
            await until(
                lambda client=client: (
                    "cluster_state:ok" in client.execute_command("CLUSTER", "INFO")
                    and len(client.execute_command("CLUSTER", "SLOTS")) == 3
                )
            )
    return started


def cluster_address(cluster: List[Node]) -> Any:
    return {"cluster": f"redis://127.0.0.1:{cluster[0].port}/0"}


def listening(cluster: List[Node]) -> List[Node]:
    """The nodes at which somebody has subscribed."""
    found = []
    for node in cluster:
        if node.is_running():
            with node.client() as client:
                found += [node] if client.pubsub_channels("*") else []
    return found


def key_on(node: Node) -> str:
    """A room that this node keeps."""
    with node.client() as client:
        ((first, last, _),) = [
            slots for slots in client.execute_command("CLUSTER", "SLOTS") if slots[2][1] == node.port
        ]
        return next(
            key
            for key in map(str, range(10000))
            if first <= client.execute_command("CLUSTER", "KEYSLOT", "test:room:" + key) <= last
        )


async def test_a_cluster_keeps_many_rooms_over_all_its_slots(cluster):
    store = store_at(cluster_address(cluster))
    for n in range(40):
        there = await put(store, f"room-{n}", "", f"text {n}")
        assert there.swapped
        assert (await store.read(f"room-{n}")).text == f"text {n}"
    assert await store.born() > 0
    assert set(await store.keys()) == {f"room-{n}" for n in range(40)}
    # Both nodes had their share, so nothing depended on keys being neighbours.
    for node in cluster:
        with node.client() as client:
            assert client.dbsize() > 0


async def test_news_of_all_nodes_of_a_cluster_are_heard_at_one(cluster):
    store, ear = store_at(cluster_address(cluster)), Ear()
    subscription = store.subscribe(ear)
    keys = [key_on(node) for node in cluster]
    for key in keys:
        await subscription.add(key)
        await store.swap(key, "", "r1", "text", "swapped")
        await store.publish(key, "published")

    heard = set(await ear.until(6))
    assert heard == {(key, *news) for key in keys for news in (("swapped", "text"), ("published", None))}
    assert len(listening(cluster)) == 1
    await subscription.close()
    await store.close()


async def test_the_subscription_moves_when_its_node_of_a_cluster_dies(cluster):
    store, ear = store_at(cluster_address(cluster)), Ear()
    subscription = store.subscribe(ear)
    for node in cluster:
        await subscription.add(key_on(node))
    (lost,) = listening(cluster)
    key = next(key_on(node) for node in cluster if node is not lost)

    lost.kill()

    await heard_again(store, ear, key, "")
    await subscription.close()
    await store.close()


async def test_the_subscription_leaves_a_node_that_has_left_the_cluster(cluster, monkeypatch):
    monkeypatch.setattr(redis_news, "SILENCE_SECONDS", 1.0)
    store, ear = store_at(cluster_address(cluster)), Ear()
    subscription = store.subscribe(ear)
    await subscription.add("room")
    (gone,) = listening(cluster)
    left = [node for node in cluster if node is not gone]

    with gone.client() as leaving:
        name = leaving.execute_command("CLUSTER", "MYID")
        ours = [slots[:2] for slots in leaving.execute_command("CLUSTER", "SLOTS") if slots[2][1] == gone.port]
        leaving.flushall()
        leaving.execute_command("CLUSTER", "RESET", "HARD")
    for node in left:
        with node.client() as client:
            client.execute_command("CLUSTER", "FORGET", name)
    with left[0].client() as client:
        for first, last in ours:
            client.execute_command("CLUSTER", "ADDSLOTSRANGE", first, last)

    await heard_again(store, ear, "room", "")
    assert gone not in listening(cluster)
    await subscription.close()
    await store.close()


async def test_a_node_of_a_cluster_that_lost_rooms_is_noticed(cluster):
    store = store_at(cluster_address(cluster))
    keys = [key_on(node) for node in cluster]
    births = [await store.born()]

    for key, node in zip(keys, cluster):
        for each in keys:
            await put_somehow(store, each, (await store.read(each)).revision, "text")
        assert await store.born() == births[-1]
        with node.client() as client:
            client.delete(f"test:room:{key}")
        births.append(await store.born())

    assert sorted(set(births)) == births
    await store.close()


@pytest.fixture
async def sentinel(nodes) -> Any:
    """A master, its replica, and the address by which a Sentinel tells them."""
    master = nodes("master")
    replica = nodes("replica", "--replicaof", "127.0.0.1", str(master.port))
    with replica.client() as client:
        await until(lambda: client.info("replication")["master_link_status"] == "up")
    watch = f"sentinel monitor ours 127.0.0.1 {master.port} 1\nsentinel down-after-milliseconds ours 500\n"
    watcher = nodes("sentinel", "--sentinel", config=watch + "sentinel failover-timeout ours 2000\n")
    with watcher.client() as client:
        await until(lambda: client.execute_command("SENTINEL", "REPLICAS", "ours"))
    return master, replica, {"sentinels": [("127.0.0.1", watcher.port)], "master_name": "ours"}


async def test_after_a_failover_the_rooms_are_swapped_on_the_new_master_and_news_come_from_it(sentinel):
    master, _, address = sentinel
    store, ear = store_at(address), Ear()
    subscription = store.subscribe(ear)
    await subscription.add("room")
    before = await put(store, "room", "", "one")
    assert before.swapped
    born = await store.born()
    with master.client() as client:  # replication is not synchronous, and that is not what this test is about
        assert client.wait(1, 10000) == 1

    master.kill()

    after = await put_somehow(store, "room", before.revision, "two")
    assert after.swapped
    assert (await store.read("room")).text == "two"
    assert await store.born() == born, "nothing was lost"
    await heard_again(store, ear, "room", after.revision)
    await subscription.close()
    await store.close()


async def test_news_come_from_the_new_master_though_the_old_one_only_hangs(sentinel, monkeypatch):
    monkeypatch.setattr(redis_news, "SILENCE_SECONDS", 1.0)
    master, _, address = sentinel
    store, ear = store_at(address), Ear()
    subscription = store.subscribe(ear)
    await subscription.add("room")

    master.freeze()

    await put_somehow(store, "another room", "", "text")
    await heard_again(store, ear, "room", "")
    await subscription.close()
    await store.close()


async def test_a_failover_that_lost_a_room_is_a_birth(sentinel):
    master, replica, address = sentinel
    store = store_at(address)
    before = await put(store, "room", "", "one")
    born = await store.born()
    with master.client() as client:
        assert client.wait(1, 10000) == 1
    replica.freeze()
    with master.client() as client:
        client.execute_command("CLIENT", "KILL", "TYPE", "replica")
    assert (await put(store, "room", before.revision, "two")).swapped

    master.kill()
    replica.thaw()

    await put_somehow(store, "another room", "", "on the new master")
    assert (await store.read("room")).text == "one"
    assert await store.born() > born, "holders are asked to report"
    await store.close()
