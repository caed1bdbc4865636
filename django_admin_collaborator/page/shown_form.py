"""The form of a page that is about to be shown, and what is read from it for the page's configuration."""

from __future__ import annotations

import logging
from functools import cached_property
from typing import Any, Callable, Dict, Optional, Set, TypeVar

from django.contrib.admin.utils import flatten_fieldsets
from django.http import HttpRequest

from .. import conf, log_once
from ..access import identity

logger = logging.getLogger("django_admin_collaborator")

T = TypeVar("T")


class ShownForm:
    """A change form. context: of its template. realm: of its object, see ``identity.realm_of``."""

    def __init__(self, model_admin: Any, request: HttpRequest, context: Dict[str, Any], obj: Any) -> None:
        self.model_admin, self.request, self.context, self.obj = model_admin, request, context, obj
        self.realm = identity.realm_in(model_admin, request, obj)

    @cached_property
    def key(self) -> str:
        """Of the room of its object."""
        return identity.room_key(self.model_admin.model, self.obj.pk, self.realm)

    @cached_property
    def fields(self) -> Set[Any]:
        """The names of what the main form shows."""
        return set(flatten_fieldsets(self.context["adminform"].fieldsets))

    def read(self, setting: str, switch: str, reading: Callable[[ShownForm], T], otherwise: str) -> Optional[T]:
        """What ``reading`` finds. Never raises: a form that it cannot read has nothing, and opens all the same.

        setting, switch: what turns it off, for the project and for one admin. otherwise: what the log says then.
        """
        if not (conf.get(setting) and getattr(self.model_admin, switch, True)):
            return None
        try:
            return reading(self)
        except Exception:
            label = self.model_admin.opts.label
            if log_once.is_new(switch, label):
                logger.exception(otherwise, label)
            return None
