from __future__ import annotations

from typing import Any, Callable

from django.http import HttpResponse


class DeskMiddleware:
    """Each member of the staff sits at a desk."""

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        request.desk = "front"
        return self.get_response(request)


def closed(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The site is closed for today."""
    return lambda request: HttpResponse("closed", status=503)


def broken(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Has a fault."""

    def answer(request: Any) -> Any:
        raise LookupError("no such desk")

    return answer
