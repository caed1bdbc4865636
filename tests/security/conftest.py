"""What the tests about sockets have, and the lines of the log about refusals."""

from __future__ import annotations

import asyncio
import re
import time
from typing import Any, Dict, List

from tests.sockets.conftest import article, cat, join, old_redis, open_tab, opened, tabs, talk  # noqa: F401


class SecurityLog:
    """What a worker has logged of refusals from now on."""

    def __init__(self, worker: Any) -> None:
        self.worker = worker
        self._before = len(worker.log_tail(10**8))

    def lines(self) -> List[Dict[str, str]]:
        text = self.worker.log_tail(10**8)[self._before :]
        lines = re.findall(r"django_admin_collaborator\.security: refused: (.*)", text)
        return [dict(field.split("=", 1) for field in line.split(" ") if "=" in field) for line in lines]

    async def has(self, seconds: float = 3, **fields: str) -> Dict[str, str]:
        """The newest refusal with these fields; waits for it."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for line in reversed(self.lines()):
                if fields.items() <= line.items():
                    return line
            await asyncio.sleep(0.05)
        raise AssertionError(f"no {fields} in {self.lines()}")
