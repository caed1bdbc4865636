"""What took place in the rooms, told to the project: once per event, by the process whose swap it was."""

from __future__ import annotations

from typing import Optional, Sequence, Tuple

from .core.facts import Fact


def dispatch(subject: Optional[Tuple[str, str]], facts: Sequence[Fact]) -> None:
    """Tell the project of ``facts`` about the object that ``subject`` names: label of its model, primary key."""
