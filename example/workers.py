"""Several processes that serve one port."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator, List

from example import processes

CHECKOUT = Path(__file__).resolve().parent.parent
SHORTEST_LIFE_SECONDS = 5.0
"""A worker that gives up sooner would do so again."""


@contextmanager
def gunicorn(listener: socket.socket) -> Iterator[subprocess.Popen]:
    """Gunicorn behind this socket, which looks after workers of its own."""
    descriptor = listener.fileno()
    command = [sys.executable, "-m", "gunicorn", "--config", "python:example.gunicorn_conf"]
    command += ["--bind", f"fd://{descriptor}"]
    process = processes.start(command, pass_fds=[descriptor], cwd=str(CHECKOUT))
    try:
        yield process
    finally:
        processes.stop(process)


class Workers:
    """Use it in a ``with`` statement. A worker that dies is replaced, as every process manager does."""

    def __init__(self, listener: socket.socket, count: int) -> None:
        self.listener = listener
        self.count = count
        self.running: List[subprocess.Popen] = []
        self.started_at: List[float] = []

    def __enter__(self) -> Workers:
        for number in range(self.count):
            self.running.append(self._start(number))
            self.started_at.append(time.monotonic())
        return self

    def __exit__(self, *error: Any) -> None:
        for process in self.running:
            process.terminate()  # all at once, so that the second does not wait for the first
        for process in self.running:
            processes.stop(process)

    def pids(self) -> List[int]:
        return [process.pid for process in self.running]

    def watch(self) -> None:
        """Replace workers that end, for ever."""
        while True:
            time.sleep(0.2)
            for number, process in enumerate(self.running):
                if process.poll() is not None:
                    self._replace(number)

    def _replace(self, number: int) -> None:
        by_itself = self.running[number].returncode >= 0
        if by_itself and time.monotonic() - self.started_at[number] < SHORTEST_LIFE_SECONDS:
            raise SystemExit(f"Worker {number + 1} ended right after its start.")
        self.running[number] = self._start(number)
        self.started_at[number] = time.monotonic()
        print(f"Worker {number + 1} has ended; {self.running[number].pid} takes its place.", flush=True)

    def _start(self, number: int) -> subprocess.Popen:
        descriptor = self.listener.fileno()
        command = [sys.executable, "-m", "example.worker", str(descriptor), str(number + 1)]
        return processes.start(command, pass_fds=[descriptor], cwd=str(CHECKOUT))
