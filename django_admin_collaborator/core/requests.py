"""Asking the editor for the lease, the answer, and what happens without one."""

from __future__ import annotations

from typing import Dict, Optional

from . import grants, lease, messages
from .facts import Fact
from .handover import Heir, Request
from .room import Member, Room, replace
from .transfer import pass_on
from .transition import Event, Transition, visibly

ANSWERS = ("now", "after_save", "later", "no")
LONGEST_TEXT = 200
MOST_MINUTES = 120


def ask(room: Room, now: float, member: Member) -> Transition:
    """Put the question to the editor; who asks waits in the queue, too."""
    request = Request(member.id, member.user, now, _answer_until(room, now))
    asker = member if member.waiting_since is not None else replace(member, waiting_since=now)
    room = visibly(room, requests={**room.requests, member.user: request}).with_member(asker)
    return Transition(room)


def withdraw(room: Room, now: float, member_id: str) -> Transition:
    """The asker has changed their mind about asking; they go on waiting."""
    member = room.members.get(member_id)
    if member is None or member.user not in room.requests:
        return Transition(room).reply(messages.error("no_request", "withdraw_request"))
    return Transition(_without(room, member.user))


def answer(
    room: Room,
    now: float,
    member_id: str,
    token: Optional[int],
    user: str,
    answer: str,
    minutes: Optional[int] = None,
    text: str = "",
) -> Transition:
    """The editor answers. user: key of who asked. minutes: with ``later``."""
    live = room.live_lease(now)
    if live is None or not grants.holds(room, member_id, token):
        return Transition(room).reply(lease.not_holder(room, "answer_request"))
    request = room.requests.get(user)
    if request is None:
        return Transition(room).reply(messages.error("no_request", "answer_request"))
    fact = Fact("answered", now, room.people[live.user], room.people[user], text[:LONGEST_TEXT], answer)
    if answer == "now":
        return pass_on(_without(room, user), now, _heir(request, text), "answer_request").note(fact)
    until = now + 60 * minutes if answer == "later" and minutes else None
    said = replace(request, answer=answer, until=until, minutes=minutes, text=text[:LONGEST_TEXT])
    transition = Transition(visibly(room, requests={**room.requests, user: said}))
    # One fact for each question, however often the editor changes their mind about it.
    return transition.note(fact) if request.answer in ("", "unanswered") else transition


def after_save(room: Room, now: float) -> Optional[Heir]:
    """To whom the editor, whose save was committed, has promised the lease: whoever asked first."""
    promised = [request for request in room.requests.values() if request.answer == "after_save"]
    for request in sorted(promised, key=lambda request: request.at):
        if grants.present(room, now, request.member):
            return _heir(request, request.text)
    return None


def settle(room: Room, now: float) -> Transition:
    """Decide what was not answered in time, and open again what was promised for now."""
    transition = Transition(room)
    for user, request in sorted(room.requests.items(), key=lambda item: item[1].at):
        if request.member not in room.members:
            transition = Transition(_without(transition.room, user), events=transition.events)
        elif request.until is not None and request.until <= now:
            transition = transition.then(_come_due, now, request)
    return transition


def _come_due(room: Room, now: float, request: Request) -> Transition:
    live = room.live_lease(now)
    if live is None or request.user not in room.requests:
        return Transition(_without(room, request.user))
    if request.answer == "later":
        again = replace(request, answer="", until=_answer_until(room, now), minutes=None, text="")
        asked = messages.about("attention_requested", room.people[request.user], now)
        transition = Transition(_with(room, again))
        return transition.tell(Event({**asked, "edit": True}, to=live.holder))
    if room.is_held(now):  # a save is on its way; a moment later it is known what the editor does
        return Transition(_with(room, replace(request, until=room.held_until())))
    if room.members[live.holder].idle and not room.heir and grants.present(room, now, request.member):
        return pass_on(_without(room, request.user), now, _heir(request, ""))
    return Transition(_with(room, replace(request, answer="unanswered", until=None)))


def _answer_until(room: Room, now: float) -> float:
    """When a question is decided without an answer."""
    editor = room.members.get(room.lease.holder) if room.lease else None
    return now + room.answer_seconds + (editor.late_seconds if editor else 0.0)


def _heir(request: Request, text: str) -> Heir:
    return Heir(request.member, request.user, "request", text[:LONGEST_TEXT])


def _with(room: Room, request: Request) -> Room:
    return visibly(room, requests={**room.requests, request.user: request})


def _without(room: Room, user: str) -> Room:
    requests: Dict[str, Request] = {key: request for key, request in room.requests.items() if key != user}
    return room if len(requests) == len(room.requests) else visibly(room, requests=requests)
