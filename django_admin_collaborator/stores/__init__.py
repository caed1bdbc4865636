"""Where rooms are kept between two steps. A store knows ``read`` and ``swap`` and decides nothing.

This folder is the only place that talks to Redis, or keeps rooms in SQL.
"""

from __future__ import annotations

from .base import Store, StoreUnavailable

__all__ = ["Store", "StoreUnavailable"]
