"""Live view: who watches what the editor types, and what of it each of them is shown.

Controls have the same names on all pages of an object here: the row of a formset is named by its primary key,
``prefix-@key-field``, a new one by its place behind the saved ones, ``prefix-+0-field``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, FrozenSet, Iterator, List, Mapping, Optional, Tuple

from .messages import Message, ProtocolError
from .room import Room, replace
from .transition import Transition, visibly

WATCHED = 1
KEPT = 2


@dataclass(frozen=True)
class Rows:
    """The rows of one formset. rows: the fields of each saved one, by its key. added: those of a new one."""

    rows: Mapping[str, FrozenSet[str]]
    added: FrozenSet[str] = frozenset()

    def shows(self, name: str) -> bool:
        """name: without prefix; both a key and a field may have dashes."""
        is_new, name = name[0] == "+", name[1:]
        for row, field in _parts(name):
            if field in (self.added if is_new and row.isdecimal() else self.rows.get(row, ()) if not is_new else ()):
                return True
        return False


@dataclass(frozen=True)
class Shown:
    """The controls that a page shows with their values. rows: by the prefix of the formset."""

    names: FrozenSet[str]
    rows: Mapping[str, Rows]

    @classmethod
    def read(cls, names: List[str], sets: List[Tuple[str, List[Tuple[List[str], List[str]]], List[str]]]) -> Shown:
        """What ``page.live`` has packed: rows with the same fields stand together."""
        rows = {}
        for prefix, groups, added in sets:
            fields = {key: frozenset(fields) for keys, fields in groups for key in keys}
            rows[prefix] = Rows(fields, frozenset(added))
        return cls(frozenset(names), rows)

    def shows(self, name: str) -> bool:
        if name in self.names:
            return True
        for prefix, rest in _parts(name):
            rows = self.rows.get(prefix)
            if rows is not None and rest[:1] in ("@", "+") and rows.shows(rest):
                return True
        return False


def _parts(name: str) -> Iterator[Tuple[str, str]]:
    """The name, parted at each of its dashes."""
    at = name.find("-")
    while at >= 0:
        yield name[:at], name[at + 1 :]
        at = name.find("-", at + 1)


def read(message: Message) -> Message:
    """What a page says that its person has typed, see docs/protocol.md. Raises: ProtocolError."""
    n, values, labels = message.get("n"), message.get("values"), message.get("labels", {})
    focus = message.get("focus")
    is_read = (
        type(n) is int
        and isinstance(values, dict)
        and all(value is None or isinstance(value, str) or _is_splice(value) for value in values.values())
        and isinstance(labels, dict)
        and all(isinstance(label, str) for label in labels.values())
        and isinstance(focus, (str, type(None)))
    )
    if not is_read:
        raise ProtocolError("malformed", in_reply_to="typed", detail="a field of it is missing, or of the wrong kind")
    more = {"labels": labels, "all": message.get("all") is True}
    typed = {"type": "typed", "n": n, "values": values, "focus": focus}
    return {**typed, **{name: value for name, value in more.items() if value}}


def _is_splice(value: Any) -> bool:
    return isinstance(value, list) and [type(part) for part in value] == [int, int, str]


def fitting(message: Message, shown: Shown) -> Message:
    """What of typed values a page may be told that shows these controls; the message itself if it is all."""
    values = {name: value for name, value in message["values"].items() if shown.shows(name)}
    given = message.get("labels", {})
    labels = {name: label for name, label in given.items() if name in values}
    focus = message["focus"]
    focus = focus if focus is not None and shown.shows(focus) else None
    if (len(values), len(labels), focus) == (len(message["values"]), len(given), message["focus"]):
        return message
    kept = {name: value for name, value in message.items() if name != "labels"}
    return {**kept, "values": values, "focus": focus, **({"labels": labels} if labels else {})}


def watch(room: Room, now: float, member_id: str, on: bool) -> Transition:
    """This member's page shows what the editor types from now on, or no longer."""
    member = room.members.get(member_id)
    if member is None or member.watching == on:
        return Transition(room)
    after = room.with_member(replace(member, watching=on))
    return Transition(after if watched(after) == watched(room) else visibly(after))


def watched(room: Room) -> int:
    """Whether somebody watches the editor type: ``WATCHED``, ``KEPT`` where one of them polls, else 0."""
    holder = holder_of(room)
    watching = [member for member in room.members.values() if member.watching and member.id != holder]
    if not watching or holder is None:
        return 0
    return KEPT if any(member.polls for member in watching) else WATCHED


def is_kept(room: Room) -> bool:
    """Whether what the editor types is to be kept, because the editor or somebody who watches polls."""
    holder = room.members.get(holder_of(room) or "")
    return watched(room) == KEPT or bool(holder and holder.polls)


def holder_of(room: Room) -> Optional[str]:
    """The member that edits, as the room was last told."""
    return room.told_lease.holder if room.told_lease else None
