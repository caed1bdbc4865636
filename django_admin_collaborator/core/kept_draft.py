"""Unsaved text that the project keeps: what the last few people have typed into one object, as one text."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import Any, Dict, List, Optional

from .messages import Message

KEEP_SECONDS = 7 * 86400.0
"""So long after it was typed an unsaved text is kept, seconds."""
MOST_PEOPLE = 5
"""Of more people the oldest texts give way."""

_compact = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


@dataclass(frozen=True)
class KeptDraft:
    """What one person has typed and not saved.

    user: key of who typed it; user_id and name: how messages have them. at: when, store's clock.
    values, rows: as the message ``draft`` has them. answered: a next editor has decided about it, so it is offered to
    nobody but its author from then on.
    """

    user: str
    user_id: Any
    name: str
    at: float
    values: Dict[str, str]
    rows: Dict[str, str]
    answered: bool = False

    def offer(self) -> Message:
        """The message that offers it; the values are still to be filtered for the receiver."""
        said = {"type": "draft_offered", "user_id": self.user_id, "username": self.name, "at": self.at}
        return {**said, "values": self.values, "rows": self.rows}


def decode(text: Optional[str], now: float) -> List[KeptDraft]:
    """The drafts of a kept text that are not too old, the oldest first; none where it is not one of ours."""
    try:
        found = json.loads(text or "{}")
        drafts = [KeptDraft(**one) for one in found["drafts"]]
    except (ValueError, TypeError, KeyError, RecursionError):
        return []
    return [one for one in drafts if now - KEEP_SECONDS < one.at <= now] if all(map(_is_sound, drafts)) else []


def encode(drafts: List[KeptDraft]) -> str:
    """The text of these drafts; empty when there are none."""
    return _compact({"drafts": [asdict(one) for one in drafts]}) if drafts else ""


def put(drafts: List[KeptDraft], draft: KeptDraft) -> List[KeptDraft]:
    """With this one instead of the one that the same person had."""
    return [*without(drafts, draft.user), draft][-MOST_PEOPLE:]


def without(drafts: List[KeptDraft], user: str) -> List[KeptDraft]:
    """Without that of this person."""
    return [one for one in drafts if one.user != user]


def answer(drafts: List[KeptDraft], user: str) -> List[KeptDraft]:
    """A next editor has decided about what this person had typed."""
    return [replace(one, answered=True) if one.user == user else one for one in drafts]


def offered_to(drafts: List[KeptDraft], user: str, own: bool) -> List[KeptDraft]:
    """What is offered to this person: their ``own``, and the newest of another's that nobody has decided about."""
    others = [one for one in drafts if one.user != user and not one.answered]
    return [*(one for one in drafts if own and one.user == user), *others[-1:]]


def _is_sound(draft: KeptDraft) -> bool:
    texts = all(
        isinstance(name, str) and isinstance(text, str)
        for some in (draft.values, draft.rows)
        if isinstance(some, dict)
        for name, text in some.items()
    )
    return (
        texts
        and isinstance(draft.values, dict)
        and isinstance(draft.rows, dict)
        and isinstance(draft.user, str)
        and isinstance(draft.name, str)
        and type(draft.at) in (int, float)
    )
