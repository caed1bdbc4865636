"""What a save means for the room: it keeps the lease until its commit, and tells everybody after it."""

from __future__ import annotations

from typing import Optional

from . import grants, messages, requests
from . import lease as leases
from .room import Lease, Person, Room, Save, replace
from .timing import LEAVING_SECONDS, RECONNECT_SECONDS
from .transition import Event, Transition, visibly

HOLD_SECONDS = 30.0
"""The longest that a save on its way to a commit keeps the lease from moving."""


def hold(room: Room, now: float, user: str, member_id: str, token: Optional[int], hold_id: str) -> Transition:
    """Admit a save unless another member holds a live lease, and keep the lease from moving until its commit.

    A save that names no member counts as its user's.
    """
    lease = room.live_lease(now)
    if lease and not _is_savers(lease, user, member_id, token):
        holder = room.people.get(lease.user)
        name = holder.name if holder else ""
        refusal = {
            "type": "hold",
            "admitted": False,
            "holder_name": name,
            "own_other_tab": lease.user == user,
        }
        return Transition(room).reply(refusal)
    until = now + HOLD_SECONDS
    room = replace(room, holds={**room.holds, hold_id: until})
    if lease:
        room = replace(room, lease=replace(lease, expires_at=max(lease.expires_at, until)))
    return Transition(room).reply({"type": "hold", "admitted": True})


def reserve(room: Room, now: float, user: str) -> Transition:
    """The editor went to a page from which the object can be deleted: the lease waits as for a save.

    Nobody is granted anything by this; it is asked by reading that page.
    """
    lease = room.live_lease(now)
    if lease is None or lease.user != user:
        return Transition(room)
    until = now + HOLD_SECONDS
    lease = replace(lease, expires_at=max(lease.expires_at, until))
    return Transition(replace(room, holds={**room.holds, "confirming-" + user: until}, lease=lease))


def drop(room: Room, now: float, hold_id: Optional[str]) -> Transition:
    """A save came to its end: the lease may move again, and waits no longer than for a page that follows."""
    if hold_id not in room.holds:
        return Transition(room)
    room = replace(room, holds={k: until for k, until in room.holds.items() if k != hold_id})
    lease = room.live_lease(now)
    if lease:
        holder = room.members.get(lease.holder)
        wait = room.lease_seconds if holder and holder.connection else RECONNECT_SECONDS
        if holder and holder.connection and holder.polls:
            wait = lease.expires_at - now  # its page may have been promised more when it asked less often
        until = max(min(lease.expires_at, now + wait), room.held_until())
        if until < lease.expires_at:
            room = visibly(room, lease=replace(lease, expires_at=until))
    return grants.promote(room, now) or Transition(room)


def saved(
    room: Room,
    now: float,
    person: Optional[Person] = None,
    member_id: str = "",
    token: Optional[int] = None,
    release: bool = False,
    hold_id: Optional[str] = None,
) -> Transition:
    """A change of the object was committed.

    person: None when a program made it. release: the page goes elsewhere, so its lease ends.
    """
    number = room.saved.number + 1 if room.saved else 1
    save = Save(now, number, "", "", None, member_id)
    if person:
        save = replace(save, user=person.key, name=person.name, user_id=person.id)
    # What was saved is there: perhaps again.
    transition = Transition(visibly(room, saved=save, deleted=False, modified=messages.iso(now))).then(
        drop, now, hold_id
    )
    if person:
        transition = transition.tell(Event(messages.about("content_updated", person, now)))
    if person is None or not grants.holds(transition.room, member_id, token):
        return transition
    heir = requests.after_save(transition.room, now)
    if heir:
        transition = replace(transition, room=replace(transition.room, heir=heir))
    if release:
        return transition.then(_leave_with_lease, now, member_id)
    return transition.then(grants.end, now, keep_record=False) if heir else transition


def announced(
    room: Room,
    now: float,
    member_id: str,
    token: Optional[int],
    modified: Optional[str] = None,
    timestamp: Optional[str] = None,
) -> Transition:
    """``content_updated`` of a client: it saved, or is saving. Only the holder may say so.

    modified: of the object, as a project's own hook says; else the time of the save.
    timestamp: of the save, as the client says; believed if it lies between the last known modification and now.
    """
    if not grants.holds(room, member_id, token) or room.lease is None or room.lease.lapsed:
        return Transition(room).reply(leases.not_yours(room, member_id, "content_updated"))
    person = room.people[room.members[member_id].user]
    known, said = messages.seconds(room.modified), messages.seconds(timestamp)
    saved_at = said if said is not None and (known or 0.0) <= said <= now else now
    room = replace(room, modified=modified or messages.iso(saved_at))
    return Transition(room).tell(Event(messages.about("content_updated", person, saved_at)))


def deleted(room: Room, now: float, person: Optional[Person] = None, hold_id: Optional[str] = None) -> Transition:
    """The object is gone; whoever is still here is told, and nobody edits it any more."""
    transition = Transition(visibly(room, deleted=True)).then(drop, now, hold_id)
    return transition.then(grants.end, now, keep_record=False)


def _is_savers(lease: Lease, user: str, member_id: str, token: Optional[int]) -> bool:
    if member_id:
        return lease.holder == member_id and lease.token == token and lease.user == user
    return lease.user == user


def _leave_with_lease(room: Room, now: float, member_id: str) -> Transition:
    transition = grants.end(room, now, keep_record=False)
    member = transition.room.members.get(member_id)
    if member is None:
        return transition
    leaving = replace(member, expires_at=min(member.expires_at, now + LEAVING_SECONDS))
    return replace(transition, room=transition.room.with_member(leaving))
