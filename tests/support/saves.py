"""What programs save and delete is told by a thread of its own, after the commit."""

from __future__ import annotations

import threading


def until_told() -> None:
    """Wait until it was told, for a test that looks at the rooms, or leaves them to the next."""
    for thread in threading.enumerate():
        if thread.name == "collaborator-programs":
            thread.join(30)
