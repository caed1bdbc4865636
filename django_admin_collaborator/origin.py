"""The documented import path of ``is_trusted``: which pages may open a socket."""

from __future__ import annotations

from .access.origins import is_trusted

__all__ = ["is_trusted"]
