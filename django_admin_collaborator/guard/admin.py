"""The guard of a ``ModelAdmin``, whole: ``CollaborativeAdminMixin`` inherits it."""

from __future__ import annotations

from .actions import ActionGuard
from .change_form import ChangeFormGuard
from .deletion import DeleteGuard
from .lists import ListGuard


class GuardedAdminMixin(ChangeFormGuard, DeleteGuard, ActionGuard, ListGuard):
    """Guards every way in which a ``ModelAdmin`` writes."""
