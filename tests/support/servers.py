"""The test project behind real ASGI servers: any number of worker processes, each with its own port."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

import pytest

from tests.settings import MEDIA_ROOT
from tests.support.people import Person
from tests.support.processes import Process, free_port
from tests.support.sockets import Socket

ROOT = Path(__file__).resolve().parent.parent.parent
MEMORY = "django_admin_collaborator.stores.memory.MemoryStore"
APPLICATION = "tests.project.asgi:application"

FURTHER_SERVERS = [pytest.param(program, marks=pytest.mark.once) for program in ("hypercorn", "granian")]
"""ASGI servers that need Python 3.10, and that fewer projects use."""
ASGI_SERVERS = ["uvicorn", "daphne", *FURTHER_SERVERS]
"""For the tests of what a server has to do for us; those of what we do by ourselves run on the first two."""


@dataclass(frozen=True)
class ServerOptions:
    """What a set of workers is started with; equal options can share their workers."""

    program: str = "uvicorn"  # or another of ``commands``; uvicorn and gunicorn may be given options
    application: str = APPLICATION
    workers: int = 1
    database_url: str = ""
    redis_url: str = ""  # "": the store in memory, or that of the settings
    store: str = MEMORY
    channel_layer: str = "none"
    user_model: str = ""
    csp: str = ""
    settings: Tuple[Tuple[str, str], ...] = field(default=())  # name, value as JSON

    def environ(self) -> Dict[str, str]:
        ours = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
        return {
            **ours,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "TEST_DATABASE_URL": self.database_url,
            "TEST_REDIS_URL": self.redis_url,
            "TEST_STORE": "" if self.redis_url else self.store,
            "TEST_CHANNEL_LAYER": self.channel_layer,
            "TEST_USER_MODEL": self.user_model,
            "TEST_MEDIA_ROOT": MEDIA_ROOT,
            "TEST_CSP": self.csp,
            "TEST_SETTINGS": json.dumps({name: json.loads(value) for name, value in self.settings}),
        }


def commands(options: ServerOptions, port: int) -> Dict[str, List[str]]:
    """Arguments of Python for each program, by its first word.

    TCP_NODELAY and the like are the servers' own business: nothing but address and port is set.
    """
    # Sockets and held requests do not end by themselves: without a limit a polite stop would wait for them.
    uvicorn = ["--host", "127.0.0.1", "--port", str(port), "--timeout-graceful-shutdown", "3", options.application]
    granian = ["--workers-kill-timeout", "3"]
    own = options.program.split()[1:]
    wsgi = "uvicorn" not in options.program
    return {
        "uvicorn": ["-m", "uvicorn", *own, *uvicorn],
        "bare": ["-c", BARE, *uvicorn],
        "daphne": ["-m", "daphne", "-b", "127.0.0.1", "-p", str(port), options.application],
        # Without a process below it: a test kills and freezes what it has started.
        "hypercorn": ["-m", "hypercorn", "--workers", "0", "--bind", f"127.0.0.1:{port}", options.application],
        "granian": ["-c", GRANIAN, "--interface", "asgi", "--port", str(port), *granian, options.application],
        "wsgi": ["-m", "django", "runserver", f"127.0.0.1:{port}", "--noreload", "--insecure"],
        "gunicorn": [
            *["-m", "gunicorn", "--workers", "4", "--bind", f"127.0.0.1:{port}", *own],
            "tests.project.wsgi:application" if wsgi else options.application,
        ],
    }


BARE = """import sys
sys.modules.update(websockets=None, wsproto=None)  # as if they were not installed
from uvicorn.main import main
main()
"""

GRANIAN = """import ctypes, os, signal
# Its worker is a process below this one: let the kernel end it with this one, however that ends.
os.register_at_fork(after_in_child=lambda: ctypes.CDLL(None).prctl(1, signal.SIGKILL))
from granian.cli import entrypoint
entrypoint()
"""


class Worker(Process):
    """One process that serves the project. ``kill``, ``freeze``, ``thaw``, ``stop`` and ``start`` act on it."""

    def __init__(self, options: ServerOptions, log: Path) -> None:
        self.port = free_port()
        command = commands(options, self.port)[options.program.split()[0]]
        super().__init__([sys.executable, *command], log, self._answers, environ=options.environ(), cwd=ROOT)

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def ws_url(self, path: str) -> str:
        return f"ws://127.0.0.1:{self.port}{path}"

    async def socket(self, path: str, person: Optional[Person] = None, **options: Any) -> Socket:
        """A connection to ``path`` on this worker; see Socket.connect."""
        options.setdefault("origin", self.url("").rstrip("/"))
        return await Socket.connect(self.ws_url(path), person, **options)

    def restart(self) -> None:
        """As a deploy does: a polite end, and a new process at the same port."""
        self.stop()
        self.start()

    def _answers(self) -> bool:
        try:
            return bool(self.about(5))
        except OSError:
            return False

    def about(self, timeout: float = 20) -> Dict[str, int]:
        """What the process says of itself: its number, its threads and the requests that it holds now."""
        with urllib.request.urlopen(self.url("/ready/"), timeout=timeout) as answer:
            return dict(json.load(answer))


class Server:
    """The workers of one set of options, all on the same database, store and channel layer."""

    def __init__(self, options: ServerOptions, folder: Path) -> None:
        self.options = options
        self.workers: List[Worker] = []
        for number in range(options.workers):
            self.workers.append(Worker(options, folder / f"worker-{number}.log"))

    def __getitem__(self, number: int) -> Worker:
        return self.workers[number]

    @property
    def url(self) -> str:
        """The first worker's address, without a slash at its end."""
        return self.workers[0].url("").rstrip("/")

    def start(self) -> None:
        idle = [worker for worker in self.workers if not worker.is_running()]
        for worker in idle:
            worker.launch()
        for worker in idle:
            worker.wait_ready()

    def make_usable(self) -> None:
        """Undo whatever the test before has done to the workers."""
        for worker in self.workers:
            if worker.is_running():
                worker.thaw()
        self.start()

    def stop(self) -> None:
        for worker in self.workers:
            worker.kill()

    def run(self, code: str) -> Any:
        """Run Python code with the workers' settings, whatever ours are; returns what it assigned to ``result``."""
        script = "import django, json\ndjango.setup()\nresult = None\n{}\nprint(json.dumps(result, default=str))"
        command = [sys.executable, "-c", script.format(code)]
        environ = self.options.environ()
        output = subprocess.run(command, env=environ, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
        return json.loads(output.splitlines()[-1])

    def log(self) -> str:
        return "\n".join(
            f"--- worker {number} (port {worker.port})\n{worker.log_tail()}"
            for number, worker in enumerate(self.workers)
        )
