"""Drafts: unsaved text that the browser keeps. The server names them, and says which of them was saved.

The text itself comes to the server only where the project keeps it there, too: see ``rooms.kept_drafts``.
"""

from __future__ import annotations

import re
from typing import Any, List, Optional

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from .. import conf
from ..access.identity import object_name, user_name

FIELD = "_collaborator_draft"
"""What the browser calls the draft that a save goes out with: letters and digits, new for every save."""

COOKIE = "collaborator_saved"
"""Tells the page that follows, whichever that is, which draft has been saved."""

COOKIE_SECONDS = 7 * 86400


def name(user: Any, obj: Any, realm: str = "") -> Optional[str]:
    """The same for this user and row alone, and not to be guessed by another; None when drafts are switched off.

    realm: of the row, see ``identity.realm_of``.
    """
    return _name(user, object_name(type(obj), obj.pk, realm), settings.SECRET_KEY) if conf.get("DRAFTS") else None


def old_names(user: Any, obj: Any, realm: str = "") -> List[str]:
    """What ``name`` was under the secrets that the project had before."""
    secrets = getattr(settings, "SECRET_KEY_FALLBACKS", []) if conf.get("DRAFTS") else []
    return [_name(user, object_name(type(obj), obj.pk, realm), secret) for secret in secrets]


def name_of_new(user: Any, model: Any, realm: str = "") -> Optional[str]:
    """The same for an object that is not there yet: one for each user and model."""
    return _name(user, object_name(model, "", realm), settings.SECRET_KEY) if conf.get("DRAFTS") else None


def _name(user: Any, about: str, secret: Any) -> str:
    value = f"{user_name(user)}\0{about}"
    return salted_hmac("django_admin_collaborator.drafts", value, secret, algorithm="sha256").hexdigest()[:32]


def after(request: HttpRequest, response: HttpResponse, is_done: bool) -> HttpResponse:
    """Name the draft of a save that was done."""
    draft = request.POST.get(FIELD, "")
    if is_done and re.fullmatch(r"[a-z0-9]{1,32}", draft):
        response.set_cookie(
            COOKIE,
            draft,
            max_age=COOKIE_SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )
    return response
