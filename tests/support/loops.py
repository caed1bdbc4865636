"""An event loop in a thread, so that synchronous tests can have sockets and proxies."""

from __future__ import annotations

import asyncio
import threading
from typing import Any, Coroutine, TypeVar

T = TypeVar("T")


class LoopThread:
    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def run(self, task: Coroutine[Any, Any, T], seconds: float = 60) -> T:
        """Run ``task`` on that loop and wait for its result. Raises whatever it raises."""
        return asyncio.run_coroutine_threadsafe(task, self.loop).result(seconds)

    def call(self, function: Any, *arguments: Any) -> None:
        """Call a plain function on that loop and wait until it was called."""

        async def task() -> None:
            function(*arguments)

        self.run(task())

    def close(self) -> None:
        async def cancel_all() -> None:
            others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        self.run(cancel_all())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()
