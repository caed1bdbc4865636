"""Clients of redis-py for every form of address, asynchronous or synchronous."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Dict, List, Mapping, Sequence, Tuple, Union

from redis.backoff import NoBackoff
from redis.exceptions import (
    BusyLoadingError,
    ClusterDownError,
    ConnectionError,
    ReadOnlyError,
    RedisClusterException,
    TimeoutError,
)

Address = Union[str, Mapping[str, Any]]

PASSING = (
    ConnectionError,
    TimeoutError,
    BusyLoadingError,
    ReadOnlyError,
    ClusterDownError,
    RedisClusterException,
)
"""What redis-py raises for a call that may succeed in a moment."""


def pauses(max_retries: int, delay_seconds: float) -> List[float]:
    """Seconds before each retry: exponential backoff."""
    return [delay_seconds * 2**number for number in range(max_retries)]


def make_client(
    library: str,
    address: Address,
    timeout_seconds: float,
    max_connections: int,
    nodes: Sequence[Tuple[str, int]] = (),
) -> Any:
    """A client with bounded waits, which does not try again by itself.

    library: ``redis.asyncio`` or ``redis``; they have the same classes in the same places.
    address: a URL (``redis://``, ``rediss://``, ``unix://``), or ``{"sentinels": [(host, port), …],
        "master_name": …}``, or ``{"cluster": url}``. nodes: of a Cluster, that were known besides.
    """

    def find(module: str, name: str) -> Any:
        return getattr(import_module(library + module), name)

    bounds: Dict[str, Any] = {"socket_timeout": timeout_seconds}
    if not str(address).startswith("unix:"):
        bounds.update(socket_connect_timeout=timeout_seconds, socket_keepalive=True)
    if isinstance(address, str):
        pool = find("", "BlockingConnectionPool").from_url(
            address,
            max_connections=max_connections,
            timeout=timeout_seconds,
            retry=find(".retry", "Retry")(NoBackoff(), 0),
            **bounds,
        )
        return find("", "Redis")(connection_pool=pool)
    if "cluster" in address:
        known = [find(".cluster", "ClusterNode")(host, port, **bounds) for host, port in nodes]
        startup = {"startup_nodes": known} if known else {}
        return find(".cluster", "RedisCluster").from_url(address["cluster"], **startup, **bounds)
    options = {name: value for name, value in address.items() if name not in ("sentinels", "master_name")}
    sentinel = find(".sentinel", "Sentinel")(address["sentinels"], sentinel_kwargs=dict(bounds), **bounds, **options)
    return sentinel.master_for(address["master_name"], max_connections=max_connections)
