"""What happens to leases, for the project: connect receivers to these signals.

Each is sent once per event, by the process in which it took place, in a thread of its own. ``sender`` is the
model; ``object_id`` the primary key as text; ``user`` who did it and ``other`` whom it concerns (a
``core.room.Person``; a program that edits under a name has that and a ``key`` that begins with ``program:``; None
for somebody at a shell); ``reason``, ``answer`` and ``at`` (seconds since the Unix epoch).
"""

from __future__ import annotations

from typing import Dict

from django.dispatch import Signal

lease_claimed = Signal()
lease_released = Signal()
lease_transferred = Signal()
lease_taken_over = Signal()
attention_requested = Signal()
request_answered = Signal()

BY_KIND: Dict[str, Signal] = {
    "claimed": lease_claimed,
    "released": lease_released,
    "forced": lease_released,
    "transferred": lease_transferred,
    "taken_over": lease_taken_over,
    "requested": attention_requested,
    "answered": request_answered,
}
"""The signal of each kind of fact; a forced release is a release with a reason and somebody else's name."""
