"""Who may look at an object and who may edit it, by the rules of the admin that shows it.

These functions ask the database: call them from a thread, never on the event loop.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any, Iterator, Mapping, Optional, Set, Tuple

from django.apps import apps
from django.contrib.admin.sites import all_sites
from django.contrib.admin.utils import unquote
from django.db import connections
from django.http import HttpRequest

from .identity import room_key
from .origin import Handshake

logger = logging.getLogger("django_admin_collaborator")


TAKE_OVER = "django_admin_collaborator.take_over_editing"
"""The permission to take the lease from somebody who edits."""


@dataclass(frozen=True)
class Access:
    """What an authorised user may do in one room."""

    key: str
    may_edit: bool
    pk: Any
    may_take_over: bool = False


def fresh_user(user: Any) -> Any:
    """The user as the database knows it now, or None. ``scope["user"]`` is as old as its socket."""
    if user is None or not getattr(user, "is_authenticated", False):
        return None
    # scope["user"] may be a lazy wrapper, whose own type has no manager.
    manager = getattr(user, "_meta", None) and user._meta.model._default_manager
    return manager.filter(pk=user.pk).first() if manager else user


def look_up(
    user: Any, scope: Mapping[str, Any], app_label: str, model_name: str, object_id: str, site_name: str = ""
) -> Optional[Access]:
    """The access of ``user`` to the object with this quoted primary key; None if they may not know of it."""
    try:
        model = apps.get_model(app_label, model_name)
    except LookupError:
        return None
    for model_admin, request in _asked(user, scope, model, site_name):
        obj = _visible(model_admin, request, object_id) if _collaborates(model_admin) else None
        if obj is not None:
            may_edit = bool(model_admin.has_change_permission(request, obj))
            return Access(room_key(model, obj.pk), may_edit, obj.pk, may_edit and user.has_perm(TAKE_OVER))
    return None


def visible_object(user: Any, scope: Mapping[str, Any], model: Any, object_id: str) -> Any:
    """The object with this quoted primary key, if some admin shows it to ``user``; else None."""
    found = (_visible(*asked, object_id) for asked in _asked(user, scope, model))
    return next((obj for obj in found if obj is not None), None)


def may_see_model(user: Any, scope: Mapping[str, Any], model: Any) -> bool:
    """Whether some admin shows ``user`` pages of this model, such as its list or the form for a new one."""
    return any(
        model_admin.has_view_or_change_permission(request) or model_admin.has_add_permission(request)
        for model_admin, request in _asked(user, scope, model)
    )


def registered_models() -> Set[Any]:
    """Every model that some admin site shows."""
    return {model for site in all_sites for model in site._registry}


def give_back_connections() -> None:
    """Close what this thread opened, whatever ``CONN_MAX_AGE``; the thread may live as long as the process."""
    for connection in connections.all():
        if not connection.in_atomic_block:
            connection.close()


def _asked(user: Any, scope: Mapping[str, Any], model: Any, site_name: str = "") -> Iterator[Tuple[Any, Any]]:
    """The model's admins that let ``user`` in, each with a request for its hooks; the named site's first."""
    for site in sorted(all_sites, key=lambda site: site.name != site_name):
        model_admin = site._registry.get(model)
        if model_admin is not None:
            request = _request(user, scope, model_admin)
            if site.has_permission(request):
                yield model_admin, request


def _collaborates(model_admin: Any) -> bool:
    from .utils import CollaborativeAdminMixin

    return isinstance(model_admin, CollaborativeAdminMixin)


def _visible(model_admin: Any, request: HttpRequest, object_id: str) -> Any:
    try:
        obj = model_admin.get_object(request, unquote(object_id))
    except (ValueError, OverflowError):
        obj = None
    # Asked in any case, so that a row that is there takes no longer to refuse than one that is not.
    return obj if model_admin.has_view_or_change_permission(request, obj) else None


def _request(user: Any, scope: Mapping[str, Any], model_admin: Any) -> HttpRequest:
    """A request like the one that shows the change form, for permission and queryset hooks."""
    request: Any = Handshake(scope)
    request.user = user
    request.session = scope.get("session", {})
    request.current_app = model_admin.admin_site.name
    return request
