"""``manage.py collaborator inspect``: opens change forms as a browser would, and reports what the guard covers.

Everything runs in transactions that are rolled back.
"""

from __future__ import annotations

from .run import inspect
from .visit import Impossible

__all__ = ["Impossible", "inspect"]
