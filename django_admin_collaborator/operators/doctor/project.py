"""The system checks, which know what is wrong with settings and versions."""

from __future__ import annotations

from typing import Iterator

from django.core.checks import ERROR, run_checks
from django.db import connections

from . import Finding


def findings() -> Iterator[Finding]:
    messages = run_checks(tags=["admin_collaborator"], include_deployment_checks=True, databases=list(connections))
    for message in messages:
        if not message.is_silenced():
            level = "wrong" if message.level >= ERROR else "warning"
            yield Finding(level, str(message.id), str(message.msg), str(message.hint or ""))
    if not any(message for message in messages if not message.is_silenced()):
        yield Finding("ok", "system checks", "They find nothing.")
