"""One connection to Redis on which commands do not wait for each other's answers."""

from __future__ import annotations

import asyncio
import inspect
from collections import deque
from typing import Any, Callable, Coroutine, Deque, Dict, List, Optional, Tuple

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ReadOnlyError, ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError


def spawn(coroutine: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
    """A task that lives as long as its connection. Nothing is logged when the loop is closed before it ends."""
    task = asyncio.get_running_loop().create_task(coroutine)
    task._log_destroy_pending = False  # type: ignore[attr-defined]  # of CPython's own tasks
    return task


def reading_options(connection: Any, pushed: bool = False) -> Dict[str, Any]:
    """What ``read_response`` of a connection takes: texts stay bytes, and whoever reads cleans up after a fault.

    pushed: the news of a subscription are wanted, which RESP3 tells from answers.
    """
    known = inspect.signature(connection.read_response).parameters
    wanted = {"disable_decoding": True, "disconnect_on_error": False}
    if pushed and str(getattr(connection, "protocol", 2)) == "3":
        wanted["push_request"] = True
    return {name: value for name, value in wanted.items() if name in known}  # redis-py 4.5.3 knows the first alone


class Link:
    """Writes commands as they come, and gives the answers out in the same order.

    An answer that nobody waits for any more would be taken for the next command's. So a connection that fails, or
    owes an answer for too long, is dropped with everything that was asked of it; it is never used again.

    connection: of redis-py, connected, and without a time-out of its own.
    on_lost: called once, in the event loop, when it is dropped.
    """

    def __init__(self, connection: Any, timeout_seconds: float, on_lost: Callable[[], None]) -> None:
        self.lost: Optional[BaseException] = None
        self._connection = connection
        self._timeout = timeout_seconds
        self._on_lost = on_lost
        self._loop = asyncio.get_running_loop()
        self._unwritten: List[bytes] = []
        self._asked: Deque[Tuple[float, asyncio.Future[Any]]] = deque()
        self._wanted = asyncio.Event()
        self._timer: Optional[asyncio.TimerHandle] = None
        self._tasks = [spawn(self._read()), spawn(self._write())]
        for task in self._tasks:
            task.add_done_callback(self._ended)

    def ask(self, *command: Any) -> asyncio.Future[Any]:
        """Send one command; the future gets its answer.

        Raises, later: RedisError, OSError.
        """
        future: asyncio.Future[Any] = self._loop.create_future()
        if self.lost is not None:
            future.set_exception(RedisConnectionError(f"the connection was lost: {self.lost}"))
            return future
        self._unwritten += self._connection.pack_command(*command)
        self._wanted.set()
        self._asked.append((self._loop.time(), future))
        if self._timer is None:
            self._timer = self._loop.call_later(self._timeout, self._look_at_the_clock)
        return future

    def drop(self, why: BaseException) -> None:
        """Give up the connection and everything that was asked of it."""
        if self.lost is not None:
            return
        self.lost = why
        self._on_lost()
        if self._timer is not None:
            self._timer.cancel()
        for task in self._tasks:
            task.cancel()
        kind = RedisTimeoutError if isinstance(why, RedisTimeoutError) else RedisConnectionError
        while self._asked:
            _, future = self._asked.popleft()
            if not future.done():
                future.set_exception(kind(f"the connection was lost: {why}"))

    async def close(self) -> None:
        self.drop(RedisConnectionError("closed"))
        await asyncio.wait(self._tasks)

    async def _write(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            unwritten, self._unwritten = self._unwritten, []
            await self._connection.send_packed_command(unwritten, check_health=False)

    async def _read(self) -> None:
        options = reading_options(self._connection)
        try:
            while True:
                try:
                    answer = await self._connection.read_response(**options)
                except ResponseError as error:
                    self._answer(error)
                    if isinstance(error, ReadOnlyError):  # what has become a replica stays one: look for the primary
                        raise
                else:
                    self._answer(answer)
        except GeneratorExit:  # the loop is closed: nothing can be awaited
            raise
        except BaseException:
            await self._connection.disconnect(nowait=True)
            raise

    def _answer(self, answer: Any) -> None:
        _, future = self._asked.popleft()
        if future.done():  # whoever asked was cancelled
            return
        if isinstance(answer, ResponseError):
            future.set_exception(answer)
        else:
            future.set_result(answer)

    def _look_at_the_clock(self) -> None:
        self._timer = None
        if not self._asked:
            return
        due = self._asked[0][0] + self._timeout
        if due <= self._loop.time():
            self.drop(RedisTimeoutError(f"no answer within {self._timeout:g} s"))
        else:
            self._timer = self._loop.call_at(due, self._look_at_the_clock)

    def _ended(self, task: asyncio.Future[None]) -> None:
        error = None if task.cancelled() else task.exception()
        self.drop(error or RedisConnectionError("the event loop has ended"))
