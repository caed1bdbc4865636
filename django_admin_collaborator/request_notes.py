"""What is remembered of a request while it is answered: attributes of it, whose types are known."""

from __future__ import annotations

from typing import Generic, TypeVar

from django.http import HttpRequest

T = TypeVar("T")


class Note(Generic[T]):
    """One thing to remember, by its name; ``default`` where nobody has put it."""

    def __init__(self, name: str, default: T) -> None:
        self._name = "_collaborator_" + name
        self._default = default

    def of(self, request: HttpRequest) -> T:
        note: T = getattr(request, self._name, self._default)
        return note

    def put(self, request: HttpRequest, value: T) -> None:
        setattr(request, self._name, value)
