"""The codes with which the server ends a socket. docs/protocol.md says what a client makes of each."""

from __future__ import annotations

TOO_LARGE = 1009
TOO_LARGE_ON_DAPHNE = 4413
"""The same; Daphne can send no code of the standard's own but 1000."""
LOGIN = 4401
ACCESS = 4403
SILENT = 4408
SUPERSEDED = 4409
OTHER_USER = 4410
UNASKED = 4411
BUSY = 4429

FOR_GOOD = (LOGIN, ACCESS, OTHER_USER, UNASKED)
"""A member whose socket ends with one of these is not waited for: its lease is free at once."""
