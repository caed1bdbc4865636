"""What is measured: this package, the published one in an environment of its own, and the servers that run them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
import venv
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence

from tests.support.processes import Process, free_port

ROOT = Path(__file__).resolve().parent.parent
PROJECT = Path(__file__).resolve().parent / "project"
PUBLISHED = "django-admin-collaborator==0.4.5"
SHARED = ("Django", "channels", "channels-redis", "redis", "uvicorn", "websockets")
"""Both environments have the same versions of these."""

UVICORN = ["--host", "127.0.0.1", "--no-access-log", "--log-level", "warning", "--timeout-graceful-shutdown", "3"]
"""The flags of every server that is measured."""

UNLIMITED = {
    "ADMIN_COLLABORATOR_" + name: 10**9
    for name in ("MESSAGES_PER_SOCKET", "MESSAGES_PER_USER", "HANDSHAKES_PER_USER")
}
"""For whoever asks more of a worker than a person does."""


@dataclass(frozen=True)
class Subject:
    """path: PYTHONPATH besides the project. layer: whether CHANNEL_LAYERS is configured, as 0.4.5 needs it."""

    name: str
    python: str
    path: str = ""
    layer: bool = True

    def environ(self, database: str, redis_url: str, project: Path = PROJECT) -> Dict[str, str]:
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "settings",
            "PYTHONPATH": os.pathsep.join(filter(None, [str(project), self.path])),
            "BENCH_DATABASE": database,
            "BENCH_REDIS": redis_url,
            "BENCH_LAYER": "1" if self.layer else "",
        }


def ours(layer: bool = True) -> Subject:
    return Subject("this package" if layer else "this package without a layer", sys.executable, str(ROOT), layer)


def published() -> Subject:
    """The newest release of that name on PyPI before this one; installed once, in the user's cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "django-admin-collaborator"
    folder = cache / "published-{}.{}".format(*sys.version_info)
    python = folder / "bin" / "python"
    pins = [PUBLISHED, *(f"{name}=={version(name)}" for name in SHARED)]
    stamp = folder / "pins"
    if not stamp.exists() or stamp.read_text() != "\n".join(pins):
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *pins], check=True)
        stamp.write_text("\n".join(pins))
    return Subject(PUBLISHED.replace("==", " "), str(python))


class Running:
    """One worker of a subject, on a database with people who are logged in.

    beside: another worker, whose database it is; else it gets one of its own, or that of ``database_url``.
    arguments: of uvicorn.
    """

    def __init__(
        self,
        subject: Subject,
        redis_url: str = "",
        people: int = 8,
        articles: int = 8,
        project: Path = PROJECT,
        beside: Optional[Running] = None,
        arguments: Sequence[str] = (),
        database_url: str = "",
        **settings: Any,
    ) -> None:
        self.subject = subject
        self.folder = beside.folder if beside else tempfile.TemporaryDirectory(prefix="collaborator-benchmark-")
        self.owns_folder = beside is None
        folder = Path(self.folder.name)
        environ = subject.environ(database_url or str(folder / "db.sqlite3"), redis_url, project)
        environ["BENCH_SETTINGS"] = json.dumps(settings)
        if beside is None:
            fill = [subject.python, str(project / "fill.py"), str(people), str(articles)]
            output = subprocess.run(fill, env=environ, cwd=folder, check=True, stdout=subprocess.PIPE).stdout
            filled = json.loads(output.splitlines()[-1])
            self.sessions: List[str] = filled["sessions"]
            self.articles: List[int] = filled["articles"]
        else:
            self.sessions, self.articles = beside.sessions, beside.articles
        self.port = free_port()
        command = [
            subject.python,
            "-m",
            "uvicorn",
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
            *UVICORN,
            *arguments,
        ]
        log = folder / f"log-{self.port}"
        self.process = Process([*command, "asgi:application"], log, self._answers, environ=environ, cwd=folder)
        self.process.start()

    def edit_url(self, article: int, member: str = "") -> str:
        path = f"/admin/collaboration/desk/article/{self.articles[article]}/"
        return f"ws://127.0.0.1:{self.port}{path}" + (f"?member={member}" if member else "")

    def chat_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/admin/collaboration/chat/admin/"

    def floor_url(self, name: str = "echo") -> str:
        return f"ws://127.0.0.1:{self.port}/{name}/"

    def memory_kib(self) -> int:
        """Resident memory of the worker, in KiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0])

    def cpu_seconds(self) -> float:
        """Processor time that the worker has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        if self.owns_folder:
            self.folder.cleanup()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/ready/", timeout=5):
                return True
        except OSError:
            return False
