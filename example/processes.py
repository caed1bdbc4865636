"""Programs that the demo starts, and that never outlive it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from typing import Any, List


def start(command: List[str], **options: Any) -> subprocess.Popen:
    """Start a program that ends with us, at the latest.

    Ctrl+C must not reach it: it is to be stopped in its turn. So it gets a session of its own.
    """
    setpriv = shutil.which("setpriv")  # Linux: the kernel ends it even when we are killed
    if setpriv:
        command = [setpriv, "--pdeathsig", "KILL", "--", *command]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, **options)


def stop(process: subprocess.Popen, seconds: float = 4) -> None:
    """Ask it to end; insist after ``seconds``."""
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # its workers, too, which are of its session
        process.wait()
