"""The connections of one address, with bounded waits and retries.

Whatever is connected belongs to the event loop that made it, so every loop has its own: a client with a pool, for
consumers of others and for a Cluster, and one link for the commands of the store.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
from typing import Any, Awaitable, Callable, List, Set, Tuple
from weakref import WeakKeyDictionary

from redis.exceptions import NoScriptError, RedisClusterException, RedisError

from .clients import PASSING, Address, make_client, pauses
from .link import Link

TRANSIENT = (*PASSING, OSError, asyncio.TimeoutError)
"""Worth another try: the same call may succeed in a moment."""

UNAVAILABLE = (RedisError, RedisClusterException, OSError, asyncio.TimeoutError)
"""Everything by which Redis says that it cannot serve us."""


class Script:
    """A script for Redis, which is called by its digest."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.digest = hashlib.sha1(text.encode()).hexdigest()  # noqa: S324 (the name that Redis gives it)


PUBLISH = Script("return redis.call('PUBLISH', KEYS[1], ARGV[1])")


class Connection:
    """All connections of this process to one address.

    address: see ``make_client``.
    max_retries, retry_delay_seconds: exponential backoff for transient errors.
    """

    def __init__(
        self,
        address: Address,
        max_retries: int = 3,
        retry_delay_seconds: float = 0.5,
        socket_timeout_seconds: float = 5,
        max_connections: int = 10,
    ) -> None:
        self._address = address
        self._max_retries = max_retries
        self._retry_delay = retry_delay_seconds
        self._max_connections = max_connections
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, Any] = WeakKeyDictionary()
        self._links: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Future[Link]] = WeakKeyDictionary()
        self.is_cluster = not isinstance(address, str) and "cluster" in address
        self.timeout_seconds = socket_timeout_seconds
        self.times_connected = 0
        self._nodes: List[Tuple[str, int]] = []
        self._asking: Set[asyncio.Future[Any]] = set()

    def client(self) -> Any:
        """The client of the running event loop."""
        loop = asyncio.get_running_loop()
        client = self._clients.get(loop)
        if client is None:
            client = self._clients[loop] = make_client(
                "redis.asyncio", self._address, self.timeout_seconds, self._max_connections, self._nodes
            )
        return client

    async def call(self, operation: Callable[[Any], Awaitable[Any]]) -> Any:
        """Await ``operation(client)``; try again after a transient error.

        Raises: RedisError, OSError: the last error, when all tries are used up.
        """

        async def attempt() -> Any:
            client = self.client()
            if not self.is_cluster:
                return await operation(client)
            # Cancelled, it would leave its answer to the next command, up to redis-py 4.5.4.
            asking = asyncio.ensure_future(operation(client))
            self._asking.add(asking)
            asking.add_done_callback(self._asked)
            try:
                return await asyncio.shield(asking)
            except RedisClusterException as error:
                if "cannot be connected" in str(error):
                    await self._replace(client)
                raise

        return await self._persist(attempt)

    async def publish(self, channel: str, message: str) -> None:
        """Publish a message; try again as ``call`` does.

        In a Cluster the node of a key with that name publishes it, certainly one of the Cluster: a client does not
        notice by a bare PUBLISH that its node has left.
        """
        if self.is_cluster:
            await self.script(PUBLISH, channel, message)
            return

        async def ask() -> Any:
            return await (await self._link()).ask("PUBLISH", channel, message)

        await self._persist(ask)

    async def script(self, script: Script, key: str, *args: Any) -> Any:
        """Run a script on one key; the server learns it where it does not know it. Try again as ``call`` does."""
        call = ("EVALSHA", script.digest, 1, key, *args)

        async def ask_cluster(client: Any) -> Any:
            try:
                return await client.execute_command(*call)
            except NoScriptError:  # told to this node alone, as another may be down
                node = client.get_node_from_key(key)
                await client.execute_command("SCRIPT LOAD", script.text, target_nodes=node)
                return await client.execute_command(*call)

        async def ask() -> Any:
            link = await self._link()
            try:
                return await link.ask(*call)
            except NoScriptError:
                return (await asyncio.gather(link.ask("SCRIPT LOAD", script.text), link.ask(*call)))[1]

        return await (self.call(ask_cluster) if self.is_cluster else self._persist(ask))

    async def open(self, instead_of: Any = None) -> Any:
        """A connection of redis-py for one user alone, without time-outs.

        instead_of: an earlier one, to a node of a Cluster that one should rather not connect to again.

        Raises: RedisError, OSError.
        """
        if self.is_cluster:
            client = await self.call(lambda client: client.initialize())
            nodes = client.get_nodes()
            others = [
                node
                for node in nodes
                if instead_of is None or node.port != instead_of.port or node.host != instead_of.host
            ]
            node = random.choice(others or nodes)  # noqa: S311 (no secret)
            connection = node.connection_class(**node.connection_kwargs)
        else:
            pool = self.client().connection_pool
            connection = pool.connection_class(**pool.connection_kwargs)
        try:
            await connection.connect()
        except BaseException:
            await connection.disconnect(nowait=True)
            raise
        connection.socket_timeout = None
        return connection

    def part_of(self, key: str) -> str:
        """The part of the data that is lost together with that of ``key``: a node of a Cluster, else all."""
        node = self.client().get_node_from_key(key) if self.is_cluster else None
        return node.name if node else ""

    async def close(self) -> None:
        loop = asyncio.get_running_loop()
        linking = self._links.get(loop)
        if linking is not None:
            linking.cancel()  # if it is not there yet
            await asyncio.wait([linking])
            if not linking.cancelled() and linking.exception() is None:
                await linking.result().close()
        asking = [asking for asking in list(self._asking) if asking.get_loop() is loop]
        for one in asking:
            one.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
        client = self._clients.pop(loop, None)
        if client is not None:
            await getattr(client, "aclose", client.close)()
            pool = getattr(client, "connection_pool", None)
            if pool is not None:
                await pool.disconnect()

    async def _persist(self, attempt: Callable[[], Awaitable[Any]]) -> Any:
        for pause in pauses(self._max_retries, self._retry_delay):
            try:
                return await attempt()
            except TRANSIENT:
                await asyncio.sleep(pause)
        return await attempt()

    def _asked(self, asking: asyncio.Future[Any]) -> None:
        self._asking.discard(asking)
        if not asking.cancelled():
            asking.exception()  # whoever asked may have been cancelled

    async def _replace(self, cluster: Any) -> None:
        """A client of a Cluster that has lost sight of all nodes looks for none any more: take another."""
        loop = asyncio.get_running_loop()
        is_in_use = self._clients.get(loop) is cluster
        if is_in_use:  # nobody else has replaced it
            self._nodes = [(node.host, int(node.port)) for node in cluster.get_nodes()]
            del self._clients[loop]
            await getattr(cluster, "aclose", cluster.close)()

    async def _link(self) -> Link:
        loop = asyncio.get_running_loop()
        linking = self._links.get(loop)
        if linking is None:
            linking = self._links[loop] = asyncio.ensure_future(self._open_link())
            linking.add_done_callback(self._opened)
        return linking.result() if linking.done() else await asyncio.shield(linking)  # others wait for it, too

    async def _open_link(self) -> Link:
        connection = await self.open()
        self.times_connected += 1
        return Link(connection, self.timeout_seconds, self._forget_link)

    def _opened(self, linking: asyncio.Future[Link]) -> None:
        if linking.cancelled() or linking.exception():
            self._forget_link()

    def _forget_link(self) -> None:
        self._links.pop(asyncio.get_running_loop(), None)
