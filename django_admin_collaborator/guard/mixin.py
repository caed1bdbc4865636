"""The guard of a ``ModelAdmin``, whole: ``CollaborativeAdminMixin`` inherits it."""

from __future__ import annotations

from typing import Any, Type

from django.db import models

from . import save_signals
from .views.actions import ActionGuard
from .views.change_form import ChangeFormGuard
from .views.changelist import ListGuard
from .views.delete import DeleteGuard
from .views.versions import HistoryGuard


class GuardedAdminMixin(ChangeFormGuard, DeleteGuard, ActionGuard, ListGuard, HistoryGuard):
    """Guards every way in which a ``ModelAdmin`` writes, and tells open editors of what programs write."""

    def __init__(self, model: Type[models.Model], admin_site: Any) -> None:
        super().__init__(model, admin_site)
        save_signals.watch(model, self.inlines)
