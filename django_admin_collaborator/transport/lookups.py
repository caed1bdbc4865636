"""Questions to the database, asked in a thread: those that wait at the same time are answered in one hop."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any, Callable, List, Tuple
from weakref import WeakKeyDictionary

from asgiref.sync import sync_to_async

from ..access.permissions import give_back_connections

AT_A_TIME = 10
"""At most this many questions are answered in one hop; others that wait for the thread come in between."""

Question = Tuple[Callable[[], Any], "asyncio.Future[Any]"]


class Lookups:
    """The questions of one event loop."""

    def __init__(self) -> None:
        self._waiting: List[Question] = []
        self._task: Any = None

    async def ask(self, work: Callable[[], Any]) -> Any:
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, future))
        if self._task is None:
            self._task = asyncio.ensure_future(self._answer())
        return await future

    async def _answer(self) -> None:
        try:
            while self._waiting:
                some, self._waiting = self._waiting[:AT_A_TIME], self._waiting[AT_A_TIME:]
                # In the thread in which a test's transaction is, and Django's own synchronous code.
                answers = await sync_to_async(_answer_all, thread_sensitive=True)([work for work, _ in some])
                for (_, future), (answer, fault) in zip(some, answers):
                    if future.done():
                        continue
                    if fault is None:
                        future.set_result(answer)
                    else:
                        future.set_exception(fault)
        finally:
            self._task = None


def _answer_all(works: List[Callable[[], Any]]) -> List[Tuple[Any, Any]]:
    answers: List[Tuple[Any, Any]] = []
    try:
        for work in works:
            try:
                answers.append((work(), None))
            except Exception as fault:  # of one question; it is raised where that was asked
                answers.append((None, fault))
    finally:
        give_back_connections()
    return answers


_lookups: WeakKeyDictionary[asyncio.AbstractEventLoop, Lookups] = WeakKeyDictionary()


async def in_thread(work: Callable[..., Any], *args: Any) -> Any:
    """Run what asks the database in a thread, whose connections are given back at once."""
    loop = asyncio.get_running_loop()
    lookups = _lookups.get(loop)
    if lookups is None:
        lookups = _lookups[loop] = Lookups()
    return await lookups.ask(partial(work, *args))
