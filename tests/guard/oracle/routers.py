"""Routers as projects with several databases have them."""

from __future__ import annotations

from typing import Any, Optional

APART, COPY = "apart", "copy"
"""Aliases of ``other_databases``: a database of its own, and another connection to the default one."""


class Apart:
    """The rows of this app are in a database of their own."""

    def db_for_read(self, model: Any, **hints: Any) -> Optional[str]:
        return APART if model._meta.app_label == "oracle" else None

    db_for_write = db_for_read

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True


class FromCopy:
    """All is read from a copy."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return COPY

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return "default"

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True
