"""The way on after a fault of ours: whoever was told that something could not be compared, and saves again, saves.

What can be compared is compared all the same. Where the guard fails again as a whole, Django goes on without it.
"""

from __future__ import annotations

from typing import Iterable, Tuple

from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from .. import faults
from ..admin_templates import add_to_forms

FIELD = "_collaborator_fault"
"""Name of the hidden field by which a page says that its person was told."""

_SALT = "django_admin_collaborator.fault"
_DAY = 24 * 60 * 60


class Unguarded(Exception):
    """A write that cannot be compared is to be done by Django alone. Everything that was done of it is undone."""


def offer(request: HttpRequest, response: HttpResponseBase, besides: Iterable[Tuple[str, str]] = ()) -> None:
    """Let the page bring back that a fault of ours stood in its way. ``besides``: further fields."""
    with faults.logged("a page offers no way on"):
        note = signing.dumps(_about(request), salt=_SALT)
        add_to_forms(response, [(FIELD, note), *besides], request.path)


def is_taken(request: HttpRequest) -> bool:
    """Whether the page that was posted has brought that back."""
    text = request.POST.get(FIELD, "")
    if not text:
        return False
    try:
        return bool(signing.loads(text, salt=_SALT, max_age=_DAY) == _about(request))
    except signing.BadSignature:
        return False


def _about(request: HttpRequest) -> str:
    """A list can be saved, and have actions run."""
    action = "" if "_save" in request.POST else action_of(request)
    return f"{request.user.pk} {request.path} {action}"


def action_of(request: HttpRequest) -> str:
    """The action whose button was pushed: there can be two menus on a list."""
    names = request.POST.getlist("action")
    index = request.POST.get("index", "0")
    try:
        return names[int(index)]
    except (IndexError, ValueError):
        return names[0] if names else ""
