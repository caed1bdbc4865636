"""Redis for synchronous code of consumers: the helpers of 0.4.5, each with retries.

They wait where they are called. What runs on an event loop awaits ``redis_call`` instead.
"""

from __future__ import annotations

import asyncio
import logging
import time as clock
from functools import wraps
from typing import Any, Callable, Dict, List, Optional, TypeVar, cast

from .. import conf
from . import store

logger = logging.getLogger("django_admin_collaborator")

Operation = TypeVar("Operation", bound=Callable[..., Any])

_told: List[str] = []


def redis_operation_with_retry(operation: Operation) -> Operation:
    """Decorate a synchronous function: it is called again, with exponential backoff, after a passing error of Redis.

    ``ADMIN_COLLABORATOR_REDIS_MAX_RETRIES`` and ``ADMIN_COLLABORATOR_REDIS_RETRY_DELAY`` say how often and when. The
    last error of redis-py is raised.
    """

    @wraps(operation)
    def persistent(*args: Any, **kwargs: Any) -> Any:
        from ..stores.clients import PASSING, pauses

        for pause in pauses(conf.get("REDIS_MAX_RETRIES"), conf.get("REDIS_RETRY_DELAY")):
            try:
                return operation(*args, **kwargs)
            except PASSING as error:
                logger.warning("Redis failed, trying again in %s s: %s", pause, error)
                clock.sleep(pause)
        return operation(*args, **kwargs)

    return cast(Operation, persistent)


class RedisHelpers:
    """Synchronous operations on the Redis of the settings. Answers are bytes, as redis-py gives them."""

    @property
    def redis_client(self) -> Any:
        """The synchronous client of this process, for all its threads, without retries.

        Raises: StoreUnavailable: no Redis is set.
        """
        _warn_on_a_loop()
        return store.synchronous_client()

    @redis_operation_with_retry
    def redis_get(self, key: str) -> Any:
        """The value of a key; None when there is none."""
        return self.redis_client.get(key)

    @redis_operation_with_retry
    def redis_set(self, key: str, value: Any, ex: Optional[int] = None) -> Any:
        """Set a key. ex: seconds until it expires; None: never."""
        return self.redis_client.set(key, value, ex=ex)

    @redis_operation_with_retry
    def redis_setex(self, key: str, time: int, value: Any) -> Any:
        """Set a key that expires after ``time`` seconds."""
        return self.redis_client.set(key, value, ex=time)

    @redis_operation_with_retry
    def redis_delete(self, key: str) -> Any:
        """Delete a key; how many there were."""
        return self.redis_client.delete(key)

    @redis_operation_with_retry
    def redis_exists(self, key: str) -> Any:
        """1 if there is such a key, else 0."""
        return self.redis_client.exists(key)

    @redis_operation_with_retry
    def redis_hset(self, name: str, key: str, value: Any) -> Any:
        """Set a field of a hash; 1 if it is a new one, else 0."""
        return self.redis_client.hset(name, key, value)

    @redis_operation_with_retry
    def redis_hgetall(self, name: str) -> Dict[bytes, bytes]:
        """All fields of a hash."""
        fields: Dict[bytes, bytes] = self.redis_client.hgetall(name)
        return fields

    @redis_operation_with_retry
    def redis_hdel(self, name: str, key: str) -> Any:
        """Delete a field of a hash; how many there were."""
        return self.redis_client.hdel(name, key)

    @redis_operation_with_retry
    def redis_pipeline_execute(self, pipeline: Any) -> List[Any]:
        """Execute a pipeline of ``redis_client``; the answers in order."""
        answers: List[Any] = pipeline.execute()
        return answers


def _warn_on_a_loop() -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    if not _told:
        _told.append("loop")
        logger.warning(
            "synchronous Redis is used on the event loop, so every connection of this process waits for each answer; "
            "await self.redis_call(operation) instead of redis_client and its helpers",
            stack_info=True,
        )
