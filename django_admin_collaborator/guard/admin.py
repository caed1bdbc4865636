"""The guard of a ``ModelAdmin``, whole: ``CollaborativeAdminMixin`` inherits it."""

from __future__ import annotations

from .change_form import ChangeFormGuard


class GuardedAdminMixin(ChangeFormGuard):
    """Guards every way in which a ``ModelAdmin`` writes."""
