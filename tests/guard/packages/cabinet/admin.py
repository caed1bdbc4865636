from __future__ import annotations

from tests.guard.packages.case import register_all

register_all()
