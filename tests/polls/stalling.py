"""A store in which a worker stands still before or after a swap, for a test that kills it there."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from django.conf import settings

from django_admin_collaborator.stores.sql import SqlStore
from django_admin_collaborator.stores.sql_connections import Alias


class StallingStore(SqlStore):
    """``STALL_IN`` names a folder: a file ``before`` or ``after`` in it lets the next swap stand still, once."""

    def __init__(self) -> None:
        super().__init__(Alias("default"))

    def swap_now(self, *arguments: Any, **options: Any) -> Any:
        stand_still("before")
        done = super().swap_now(*arguments, **options)
        stand_still("after")
        return done


def stand_still(moment: str) -> None:
    wish = Path(settings.STALL_IN) / moment
    if wish.exists():
        wish.unlink()
        (wish.parent / "new").write_text(str(os.getpid()))
        (wish.parent / "new").rename(wish.parent / "stalled")
        time.sleep(60)
