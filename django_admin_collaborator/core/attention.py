"""A viewer asks the editor to come: one request per interval, user and object."""

from __future__ import annotations

import math

from . import messages, requests
from .facts import Fact
from .room import Room, replace
from .transition import Event, Transition


def request(room: Room, now: float, member_id: str, interval_seconds: float, edit: bool = False) -> Transition:
    """Forward the request to the holder, or say why not. A request that met no editor costs nothing.

    edit: the viewer asks for the lease, too.
    """
    member = room.members.get(member_id)
    lease = room.live_lease(now)
    if member is None or lease is None:
        return Transition(room).reply(messages.error("no_editor", "request_attention"))
    if lease.holder == member_id:
        return Transition(room).reply(messages.error("own_lease", "request_attention"))
    wait = room.attention.get(member.user, -math.inf) + interval_seconds - now
    if wait > 0:
        said = messages.error(
            "attention_too_soon", "request_attention", seconds=math.ceil(wait), retry_after=round(wait, 1)
        )
        return Transition(room).reply(said)
    recent = {user: at for user, at in room.attention.items() if at + interval_seconds > now}
    room = replace(room, attention={**recent, member.user: now})
    person = room.people[member.user]
    asked = messages.about("attention_requested", person, now)
    transition = Transition(room)
    if edit and member.may_edit:
        asked["edit"] = True
        transition = requests.ask(room, now, member)
    holder = room.people.get(lease.user)
    transition = transition.reply({"type": "attention_sent", "retry_after": interval_seconds})
    return transition.tell(Event(asked, to=lease.holder)).note(Fact("requested", now, person, holder))
