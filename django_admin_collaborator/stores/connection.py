"""One asynchronous Redis client per event loop, with bounded waits and retries.

A client belongs to the loop that made it, so every loop gets its own; all users in one loop share its pool.
"""

from __future__ import annotations

import asyncio
from typing import Any, Awaitable, Callable, Dict, Mapping, Union
from weakref import WeakKeyDictionary

import redis.asyncio as redis_asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import BusyLoadingError, ReadOnlyError, RedisError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

TRANSIENT = (
    RedisConnectionError,
    RedisTimeoutError,
    BusyLoadingError,
    ReadOnlyError,
    OSError,
    asyncio.TimeoutError,
)
"""Worth another try: the same call may succeed in a moment."""

UNAVAILABLE = (RedisError, OSError, asyncio.TimeoutError)
"""Everything by which Redis says that it cannot serve us."""

Address = Union[str, Mapping[str, Any]]


class Connection:
    """The shared client of one address.

    address: a URL (``redis://``, ``rediss://``, ``unix://``), or ``{"sentinels": [(host, port), …],
        "master_name": …}``, or ``{"cluster": url}``.
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
        self._timeout = socket_timeout_seconds
        self._max_connections = max_connections
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, Any] = WeakKeyDictionary()

    def client(self) -> Any:
        """The client of the running event loop."""
        loop = asyncio.get_running_loop()
        client = self._clients.get(loop)
        if client is None:
            client = self._clients[loop] = self._make()
        return client

    async def call(self, operation: Callable[[Any], Awaitable[Any]]) -> Any:
        """Await ``operation(client)``; try again after a transient error.

        Raises:
            RedisError, OSError: the last error, when all tries are used up.
        """
        delay = self._retry_delay
        for tries_left in range(self._max_retries, -1, -1):
            try:
                return await operation(self.client())
            except TRANSIENT:
                if not tries_left:
                    raise
            await asyncio.sleep(delay)
            delay *= 2
        raise AssertionError("unreachable")

    async def close(self) -> None:
        client = self._clients.pop(asyncio.get_running_loop(), None)
        if client is not None:
            await getattr(client, "aclose", client.close)()
            pool = getattr(client, "connection_pool", None)
            if pool is not None:
                await pool.disconnect()

    def _make(self) -> Any:
        bounds: Dict[str, Any] = {"socket_timeout": self._timeout}
        if not str(self._address).startswith("unix:"):
            bounds.update(socket_connect_timeout=self._timeout, socket_keepalive=True)
        if isinstance(self._address, str):
            pool = redis_asyncio.BlockingConnectionPool.from_url(
                self._address,
                max_connections=self._max_connections,
                timeout=self._timeout,
                retry=Retry(NoBackoff(), 0),
                **bounds,
            )
            return redis_asyncio.Redis(connection_pool=pool)
        if "cluster" in self._address:
            from redis.asyncio.cluster import RedisCluster

            return RedisCluster.from_url(self._address["cluster"], **bounds)
        from redis.asyncio.sentinel import Sentinel

        options = {k: v for k, v in self._address.items() if k not in ("sentinels", "master_name")}
        sentinel = Sentinel(self._address["sentinels"], sentinel_kwargs=dict(bounds), **bounds, **options)
        return sentinel.master_for(self._address["master_name"], max_connections=self._max_connections)
