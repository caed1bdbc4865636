"""The test project's application, whose workers write down every signal about a lease in one file."""

from __future__ import annotations

import json
import os
from functools import partial
from typing import Any

from django.conf import settings

from django_admin_collaborator import signals
from tests.project.asgi import application

KINDS = (
    "lease_claimed",
    "lease_released",
    "lease_transferred",
    "lease_taken_over",
    "attention_requested",
    "request_answered",
)


def write_down(name: str, sender: Any, user: Any, other: Any, answer: str, **event: Any) -> None:
    line = json.dumps([name, user.name if user else "", other.name if other else "", answer]) + "\n"
    # One write to a file that is only appended to, so that lines of several processes do not mix.
    journal = os.open(settings.JOURNAL, os.O_APPEND | os.O_CREAT | os.O_WRONLY)
    os.write(journal, line.encode())
    os.close(journal)


for kind in KINDS:
    getattr(signals, kind).connect(partial(write_down, kind), weak=False)

__all__ = ["application"]
