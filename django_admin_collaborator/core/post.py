"""Events for members that poll: nobody can tell them at once, so the room keeps what the state does not show.

A letter is removed when all for whom it is have said that they have it, or when they are counted as gone.
"""

from __future__ import annotations

from typing import AbstractSet, FrozenSet, Iterable, List

from .room import Letter, Member, Room, replace
from .transition import Event

SEEN_IN_STATE: FrozenSet[str] = frozenset(
    ["user_joined", "user_left", "editor_status", "lock_released", "content_updated"]
)
"""Events of which pages of an object are not told one by one."""
PASSING: FrozenSet[str] = frozenset(["typed", "watched"])
"""Events that are worth something only at once: nobody is told of them later."""


def put(room: Room, now: float, events: Iterable[Event], before: Iterable[Letter] = ()) -> Room:
    """The room with a letter for each event that concerns a member who polls.

    before: the letters that there were before this step. Who has just said to have one of them names its number in
        this very request, so it is not used again.
    """
    if not any(member.polls for member in room.members.values()):
        return room
    for event in events:
        if room.subject and event.message["type"] in SEEN_IN_STATE:
            continue
        receivers = [member for member in room.members.values() if member.polls and is_for(member, event)]
        if receivers:
            number = max([int(now * 1000), *(letter.number for letter in (*before, *room.post))]) + 1
            until = now + max(room.silence_limit(member) for member in receivers)
            letter = Letter(number, until, tuple(member.id for member in receivers), event.message)
            room = replace(room, post=(*room.post, letter))
    return room


def is_for(member: Member, event: Event) -> bool:
    return (
        event.besides != member.id
        and event.to in (None, member.id)
        and event.connection in (None, member.connection)
        and event.user in (None, member.user)
    )


def letters_for(room: Room, member_id: str, known: AbstractSet[int]) -> List[Letter]:
    """The letters for this member that it does not know yet, the oldest first. known: their numbers."""
    return [letter for letter in room.post if member_id in letter.to and letter.number not in known]


def received(room: Room, member_id: str, known: AbstractSet[int]) -> Room:
    """This member has the letters with these numbers."""
    post = [
        replace(letter, to=tuple(one for one in letter.to if one != member_id or letter.number not in known))
        for letter in room.post
    ]
    return _with(room, [letter for letter in post if letter.to])


def settle(room: Room, now: float) -> Room:
    """Forget what nobody will ask for any more."""
    asking = {member.id for member in room.members.values() if member.polls}
    return _with(room, [letter for letter in room.post if letter.until > now and asking & set(letter.to)])


def _with(room: Room, post: List[Letter]) -> Room:
    return room if tuple(post) == room.post else replace(room, post=tuple(post))
