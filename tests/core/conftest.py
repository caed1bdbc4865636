from __future__ import annotations

from tests.core import profiles

profiles.load()
