"""The versions of Python, Django, Channels and redis-py that go together, and where the Pythons are."""

from __future__ import annotations

import glob
import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import List, Optional, Tuple


@dataclass(frozen=True)
class Corner:
    name: str
    python: str
    pins: Tuple[str, ...]
    """Requirements that pip understands; what is not pinned is the newest that goes with the rest."""


def _corner(name: str, python: str, django: str, channels: str, channels_redis: str, redis: str) -> Corner:
    pins = (f"Django=={django}", f"channels=={channels}", f"channels-redis=={channels_redis}", f"redis=={redis}")
    return Corner(name, python, pins)


CORNERS: List[Corner] = [
    # The lowest that pyproject.toml admits, to the patch.
    _corner("floor", "3.8", "3.2", "3.0.1", "4.1.0", "4.5.3"),
    _corner("django-3.2", "3.8", "3.2.25", "3.0.5", "4.2.1", "6.1.1"),
    _corner("django-4.2", "3.8", "4.2.30", "4.2.2", "4.2.1", "6.1.1"),
    _corner("python-3.9", "3.9", "4.2.30", "4.3.2", "4.3.0", "7.0.1"),
    _corner("django-5.0", "3.10", "5.0.14", "4.3.2", "4.3.0", "8.1.0"),
    _corner("django-5.2", "3.11", "5.2.19", "4.3.2", "4.3.0", "8.1.0"),
    _corner("django-6.0", "3.12", "6.0.10", "4.3.2", "4.3.0", "8.1.0"),
    # Whatever is newest today: the first to know when a release breaks us.
    Corner("newest", "3.13", ("Django", "channels", "channels-redis", "redis")),
]
SHORT = ("floor", "newest")
"""What every merge needs."""


def interpreter(version: str) -> Optional[str]:
    """A Python of this version on the PATH or among pyenv's, or None."""
    candidates = [shutil.which("python" + version), shutil.which("python3")]
    root = os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv")
    candidates += sorted(glob.glob(f"{root}/versions/{version}.*/bin/python"), reverse=True)
    for candidate in candidates:
        if candidate and _version(candidate) == version:
            return candidate
    return None


def _version(python: str) -> str:
    """pyenv's shims are on the PATH whether their version is chosen or not: ask."""
    script = "import sys; print('%d.%d' % sys.version_info[:2])"
    answer = subprocess.run([python, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return answer.stdout.decode().strip()
