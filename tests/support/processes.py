"""A program that a test starts, and that never outlives the tests."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Callable, Dict, List, Optional

STARTER = ThreadPoolExecutor(1)
"""What is tied to us ends with the thread that has started it, and threads of a test's loop end with the loop."""


def free_port() -> int:
    """A port that nobody listens on, below those that the kernel gives to outgoing connections.

    A server that a test stops and starts again finds it free then, too.
    """
    while True:
        port = random.randrange(20000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(condition: Callable[[], object], seconds: float = 10, what: str = "") -> None:
    """Poll ``condition`` until it is true. Raises: TimeoutError."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds} s: {what or condition}")
        time.sleep(0.02)


def family(pid: int) -> List[int]:
    """The processes that ``pid`` has started, and theirs."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = path.read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue  # ended while we looked
        if state != "Z":
            parents[int(path.parent.name)] = int(parent)
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found[1:]


class Process:
    """One process with a log file. ``ready`` says when it serves."""

    def __init__(
        self,
        command: List[str],
        log: Path,
        ready: Callable[[], bool],
        environ: Optional[Dict[str, str]] = None,
        user: Optional[str] = None,
        stop_signal: int = signal.SIGTERM,
        cwd: Optional[Path] = None,
    ) -> None:
        self.command = _tied_to_us(command, user)
        self.user = user
        self.log = log
        self.ready = ready
        self.environ = environ
        self.stop_signal = stop_signal
        self.cwd = cwd
        self.popen: Optional[subprocess.Popen[bytes]] = None

    @property
    def pid(self) -> int:
        assert self.popen, "not started"
        return self.popen.pid

    def is_running(self) -> bool:
        return self.popen is not None and self.popen.poll() is None

    def start(self, seconds: float = 30) -> None:
        self.launch()
        self.wait_ready(seconds)

    def launch(self) -> None:
        with self.log.open("ab") as log:
            start = partial(subprocess.Popen, self.command, stdin=subprocess.DEVNULL, env=self.environ, cwd=self.cwd)
            self.popen = STARTER.submit(start, stdout=log, stderr=log).result()

    def wait_ready(self, seconds: float = 60) -> None:
        try:
            wait_until(lambda: self.ready() or not self.is_running(), seconds, "start of " + self.command[-1])
        except TimeoutError:
            self.kill()
            raise
        if not self.is_running():
            raise RuntimeError(f"{self.command} ended at once:\n{self.log_tail()}")

    def stop(self, seconds: float = 10) -> None:
        """Ask it to end; insist after ``seconds``."""
        if self.is_running():
            self.thaw()
            self.signal(self.stop_signal)
            try:
                assert self.popen
                self.popen.wait(seconds)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """End it without any chance to say goodbye."""
        if self.is_running():
            assert self.popen
            self.popen.kill()
            self.popen.wait()

    def freeze(self) -> None:
        """It keeps its connections and answers nothing."""
        self.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.signal(signal.SIGCONT)

    def signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def log_tail(self, characters: int = 4000) -> str:
        return self.log.read_text(errors="replace")[-characters:] if self.log.exists() else ""


def _tied_to_us(command: List[str], user: Optional[str]) -> List[str]:
    """Let the kernel end the process when the tests are killed, and run it as ``user``, which needs root."""
    setpriv = shutil.which("setpriv")  # replaces itself by the command, so the pid is the command's
    if setpriv is None:
        assert user is None, "setpriv is missing"
        return command
    options = ["--reuid", user, "--regid", user, "--init-groups"] if user else []
    return [setpriv, "--pdeathsig", "KILL", *options, "--", *command]
