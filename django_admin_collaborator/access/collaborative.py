"""Marks the admins that collaborate, so that nobody has to import the mixin to ask for it."""

from __future__ import annotations

from typing import Any


class Collaborative:
    """A base class of ``CollaborativeAdminMixin``, and of nothing else."""


def collaborates(model_admin: Any) -> bool:
    """Whether people share the pages of this ``ModelAdmin``."""
    return isinstance(model_admin, Collaborative)
