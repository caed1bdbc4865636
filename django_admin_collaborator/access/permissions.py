"""Who may look at an object and who may edit it, by the rules of the admin that shows it.

These functions ask the database: call them from a thread, never on the event loop.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Callable, List, Mapping, Optional, Set, Tuple, TypeVar

from django.apps import apps
from django.contrib.admin.sites import all_sites
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.db import connections
from django.http import Http404

from . import hints
from .collaborative import collaborates
from .identity import digest, realm_in, room_key
from .page_request import DATABASE_AWAY, TO_FIELD_VAR, Unasked, ask, current_user, fresh_user

__all__ = ["DATABASE_AWAY", "Access", "Unasked", "current_user", "fresh_user", "look_up"]

T = TypeVar("T")

TAKE_OVER = "django_admin_collaborator.take_over_editing"
"""The permission to take the lease from somebody who edits."""


@dataclass(frozen=True)
class Access:
    """What an authorised user may do in one room. grants: see ``grants_of``."""

    key: str
    may_edit: bool
    pk: Any
    may_take_over: bool = False
    grants: str = ""


def look_up(
    user: Any, scope: Mapping[str, Any], app_label: str, model_name: str, object_id: str, site_name: str = ""
) -> Optional[Access]:
    """The access of ``user`` to the object that the admin finds by this quoted id; None if they may not know of it.

    Raises: Unasked: a hook of the project's raised, and no other admin gave access.
    """
    try:
        model = apps.get_model(app_label, model_name)
    except LookupError:
        return None

    def access_by(model_admin: Any, request: Any) -> Optional[Access]:
        obj = visible(model_admin, request, object_id) if collaborates(model_admin) else None
        if obj is None:
            return None
        may_edit = bool(model_admin.has_change_permission(request, obj))
        may_take_over = may_edit and request.user.has_perm(TAKE_OVER)
        return Access(_key(model_admin, request, obj), may_edit, obj.pk, may_take_over, grants_of(request.user))

    return ask(scope, user, partial(first, model, access_by, site_name))


def grants_of(user: Any) -> str:
    """A digest of all that a user may do: other permissions may mean other fields on a page.

    To be called when the user was asked for a permission: Django's own backend knows all of them then.
    """
    if getattr(user, "is_superuser", False):
        return "all"
    try:
        return digest("grants", *sorted(user.get_all_permissions()))[:8]
    except DATABASE_AWAY:
        raise
    except Exception:  # a backend of the project's may know no list
        return ""


def may_edit(user: Any, obj: Any) -> bool:
    """Whether some admin with the mixin lets ``user`` change ``obj``, which a program has. Raises: Unasked."""

    def is_let_by(model_admin: Any, request: Any) -> Optional[bool]:
        if not collaborates(model_admin):
            return None
        found = visible(model_admin, request, quote(str(obj.pk)))
        if found is None or found.pk != obj.pk:  # an admin may find its objects by something else
            found = model_admin.get_queryset(request).filter(pk=obj.pk).first()
            found = found if model_admin.has_view_or_change_permission(request, found) else None
        return None if found is None else bool(model_admin.has_change_permission(request, found)) or None

    return bool(ask({}, user, partial(first, type(obj), is_let_by, "")))


def key_of_visible(request: Any, model: Any, object_id: str) -> Optional[str]:
    """The room key of the object with this quoted id, if some admin shows it; else None. Raises: Unasked."""

    def key_by(model_admin: Any, request: Any) -> Optional[str]:
        obj = visible(model_admin, request, object_id)
        return None if obj is None else _key(model_admin, request, obj)

    return first(model, key_by, "", request)


def may_see_model(request: Any, model: Any) -> bool:
    """Whether some admin shows pages of this model, such as its list or the form for a new one. Raises: Unasked."""

    def is_seen_by(model_admin: Any, request: Any) -> Optional[bool]:
        return model_admin.has_view_or_change_permission(request) or model_admin.has_add_permission(request) or None

    return bool(first(model, is_seen_by, "", request))


def registered_models() -> Set[Any]:
    """Every model that some admin site shows."""
    return {model for site in all_sites for model in site._registry}


def give_back_connections() -> None:
    """Close what this thread opened, whatever ``CONN_MAX_AGE``; the thread may live as long as the process."""
    for connection in connections.all():
        if not connection.in_atomic_block:
            connection.close()


def first(model: Any, question: Callable[[Any, Any], Optional[T]], site_name: str, request: Any) -> Optional[T]:
    """The first answer of the model's admins that let the user in; the named site is asked first."""
    faults: List[Tuple[Any, Exception]] = []
    for site in sorted(all_sites, key=lambda site: site.name != site_name):
        model_admin = site._registry.get(model)
        if model_admin is None:
            continue
        try:
            request.current_app = site.name
            adapt = getattr(model_admin, "get_collaborator_request", None)
            asked = adapt(request) if adapt is not None else request
            answer = question(model_admin, asked) if site.has_permission(asked) else None
        except (PermissionDenied, Http404):
            continue
        except DATABASE_AWAY:
            raise
        except Exception as error:  # a project's own rule may raise anything
            faults.append((model_admin, error))
            continue
        if answer is not None:
            return answer
    if faults:
        model_admin, fault = faults[0]
        hints.tell_once(model_admin, fault)
        raise Unasked(f"{type(model_admin).__name__}: {type(fault).__name__}") from fault
    return None


def visible(model_admin: Any, request: Any, object_id: str) -> Any:
    try:
        to_field = request.GET.get(TO_FIELD_VAR)
        obj = model_admin.get_object(request, unquote(object_id), *([to_field] if to_field else []))
    except (ValueError, OverflowError):
        obj = None
    # Asked in any case, so that a row that is there takes no longer to refuse than one that is not.
    return obj if model_admin.has_view_or_change_permission(request, obj) else None


def _key(model_admin: Any, request: Any, obj: Any) -> str:
    return room_key(model_admin.model, obj.pk, realm_in(model_admin, request, obj))
