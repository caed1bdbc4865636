"""People, tabs and rooms to write tests with."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, List, Optional

from django_admin_collaborator.core import lease, presence
from django_admin_collaborator.core.room import Member, Person, Room
from django_admin_collaborator.core.transition import Transition

NOW = 1_790_000_000.0

ADA = Person("7", 7, "ada@example.com", "Ada Lovelace", "ada@example.com", "/media/ada.png")
BOB = Person("9", 9, "bob@example.com", "Bob Brown", "bob@example.com")
CAY = Person("c-1", "c-1", "Cay", "Cay")
PEOPLE = {person.key: person for person in (ADA, BOB, CAY)}


def tab(person: Person, number: int = 1, connection: str = "", bare: bool = False, may_edit: bool = True) -> Member:
    """A page of a person, on a socket of its own unless one is named."""
    name = "{}-{}".format(person.name.split()[0].lower(), number)
    return Member(name, person.key, 0.0, 0.0, connection or "wire-of-" + name, may_edit, bare)


ADAS_TAB, ADAS_SECOND_TAB = tab(ADA), tab(ADA, 2)
BOBS_TAB, CAYS_TAB = tab(BOB), tab(CAY)
VIEWERS_TAB = tab(CAY, 5, may_edit=False)


def empty_room(now: float = NOW - 100, **changes: Any) -> Room:
    return Room.new(now, **changes)


def room_of(*members: Member, editor: Optional[Member] = None, waiting: tuple = (), now: float = NOW) -> Room:
    """A room that these entered one after the other; ``editor`` holds the lease, ``waiting`` are queued."""
    room = empty_room()
    for member in members:
        room = presence.join(room, now, member, PEOPLE[member.user]).room
    if editor:
        room = lease.claim(room, now, editor.id).room
    for place, member in enumerate(waiting, start=1):
        room = lease.claim(room, now + place / 1000, member.id, wait=True).room
    return room


def edited_by(editor: Member, *others: Member, waiting: tuple = ()) -> Room:
    return room_of(editor, *others, editor=editor, waiting=waiting)


def token_of(room: Room) -> int:
    assert room.lease
    return room.lease.token


def holder_of(room: Room, now: float) -> Optional[str]:
    live = room.live_lease(now)
    return live.holder if live else None


def alive(member: Member, heard_seconds_ago: float = 0.0, token: Optional[int] = None) -> presence.Alive:
    return presence.Alive(member, PEOPLE[member.user], heard_seconds_ago, token)


def closes(member: Member, seconds: float = 0.8) -> Any:
    """The step of a socket that has gone."""
    return partial(presence.leave, member_id=member.id, connection=member.connection, seconds=seconds)


def after(room: Room, now: float) -> Room:
    """The room once what has ended by ``now`` is told; connected members were kept present, leases were not."""
    served = [member for member in room.members.values() if member.connection]
    for member in served:
        room = room.with_member(replace(member, expires_at=now + room.lease_seconds))
    return presence.settle(room, now).room


def replies(transition: Transition) -> List[str]:
    """What the asker is answered: the types, or the codes of errors."""
    return [reply.get("code", reply["type"]) for reply in transition.replies]


def told(transition: Transition) -> List[str]:
    """What the room is told, as types."""
    return [event.message["type"] for event in transition.events]


def event(transition: Transition, kind: str) -> Any:
    (found,) = [event for event in transition.events if event.message["type"] == kind]
    return found
