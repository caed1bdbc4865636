"""The guard of a ``ModelAdmin``, whole: ``CollaborativeAdminMixin`` inherits it."""

from __future__ import annotations

from typing import Any, Type

from django.db import models

from . import programs
from .actions import ActionGuard
from .change_form import ChangeFormGuard
from .deletion import DeleteGuard
from .history import HistoryGuard
from .lists import ListGuard


class GuardedAdminMixin(ChangeFormGuard, DeleteGuard, ActionGuard, ListGuard, HistoryGuard):
    """Guards every way in which a ``ModelAdmin`` writes, and tells open editors of what programs write."""

    def __init__(self, model: Type[models.Model], admin_site: Any) -> None:
        super().__init__(model, admin_site)  # type: ignore[call-arg]
        programs.watch(model, self.inlines)  # type: ignore[attr-defined]
