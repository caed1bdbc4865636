"""The guarded write that this thread is doing, so that signals know which write caused them."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Iterator, Optional, Protocol, Type

from django.db import models


class Write(Protocol):
    """A guarded write, of one row or of many."""

    user: Any

    def is_about(self, model: Type[models.Model], pk: Any) -> bool:
        """Whether the room of this row will be told by the write itself."""


_current: ContextVar[Optional[Write]] = ContextVar("collaborator_write", default=None)


@contextmanager
def under(write: Write) -> Iterator[None]:
    """Signals that are sent in this block are caused by ``write``."""
    before = _current.set(write)
    try:
        yield
    finally:
        _current.reset(before)


def under_way() -> Optional[Write]:
    """The guarded write that this thread is doing."""
    return _current.get()
