"""The guarded write that this thread is doing, so that signals know which write caused them."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any, Optional, Protocol, Tuple, Type

from django.db import models


class Write(Protocol):
    """A guarded write, of one row or of many."""

    user: Any

    def is_about(self, model: Type[models.Model], pk: Any) -> bool:
        """Whether the room of this row will be told by the write itself."""


_stack: ContextVar[Tuple[under, ...]] = ContextVar("collaborator_writes", default=())


class under:
    """Signals that are sent in this block are caused by ``write``.

    A block that somebody has left open, as a generator does that is not run to its end, ends with the one around it;
    where it is closed later, by the garbage collector, that changes nothing any more.
    """

    def __init__(self, write: Write) -> None:
        self.write = write

    def __enter__(self) -> None:
        _stack.set((*_stack.get(), self))

    def __exit__(self, *error: Any) -> None:
        stack = _stack.get()
        if self in stack:
            _stack.set(stack[: stack.index(self)])


def under_way() -> Optional[Write]:
    """The guarded write that this thread is doing."""
    stack = _stack.get()
    return stack[-1].write if stack else None
