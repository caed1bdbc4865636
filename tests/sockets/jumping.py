"""The test project on a machine whose wall clock is set: by as many seconds as ``CLOCK_FILE`` says at each moment.

The monotonic clock goes on as it does on a real machine then.
"""

from __future__ import annotations

import time
from pathlib import Path

from django.conf import settings

from tests.project.asgi import application

__all__ = ["application"]

real_time = time.time
path = Path(settings.CLOCK_FILE)


def jumping_time() -> float:
    try:
        return real_time() + float(path.read_text() or 0)
    except FileNotFoundError:
        return real_time()


time.time = jumping_time
