from __future__ import annotations

import secrets
from typing import Any, Callable

from django.contrib.auth import get_user_model


class ImpersonateMiddleware:
    """The session of a superuser may name the user that the site is to be seen as."""

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        other = request.session.get("impersonate")
        if other is not None and request.user.is_superuser:
            request.user = get_user_model().objects.get(pk=other)
        return self.get_response(request)


class LastSeenMiddleware:
    """Notes in the session that the person has done something."""

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        request.session["seen"] = secrets.token_hex(8)
        return self.get_response(request)
