"""What a page says and is told when a lease passes from one to another; docs/protocol.md has the messages."""

from __future__ import annotations

from functools import partial
from typing import Any, Dict, List, Mapping, Optional

from ..access.identity import group_name
from ..core import activity, requests, transfer
from ..core.chat import user_key
from ..core.messages import Message, ProtocolError
from ..core.room import Room
from ..page import handover
from .membership import Membership

LARGEST_DRAFT = 200_000
"""Characters of a draft that are handed over; a larger one stays with whoever typed it."""


class Passing(Membership):
    """Part of the edit socket's half that our own page speaks with."""

    HANDLERS: Dict[str, str] = {
        "activity": "handle_activity",
        "transfer_lease": "handle_transfer_lease",
        "answer_request": "handle_answer_request",
        "withdraw_request": "handle_withdraw_request",
        "take_over": "handle_take_over",
        "draft": "handle_draft",
    }
    app_label: str
    model_name: str
    object_id: str
    user: Any
    in_thread: Any
    yielding: Optional[Any] = None

    async def handle_activity(self) -> None:
        """Input, being in sight, and unsaved text."""
        if not await self.note_activity():
            raise ProtocolError("malformed", in_reply_to="activity", detail="idle_ms, hidden and unsaved are missing")

    async def note_activity(self) -> bool:
        """Take in what the present message says of the page. Whether it said anything."""
        said: List[Any] = [self.message.get(name) for name in ("idle_ms", "hidden", "unsaved")]
        idle_ms, hidden, unsaved = said
        if type(idle_ms) not in (int, float) or type(hidden) is not bool or type(unsaved) is not bool:
            return False
        news = partial(activity.is_news, member_id=self.member_id, idle_seconds=idle_ms / 1000)
        report = partial(activity.report, member_id=self.member_id, idle_seconds=idle_ms / 1000)
        room = self.rooms.seen(self.key)
        # Most reports say nothing new, and cost no round trip.
        if room is None or news(room, self.rooms.now(), hidden=hidden, unsaved=unsaved):
            await self.step(partial(report, hidden=hidden, unsaved=unsaved))
        return True

    async def handle_transfer_lease(self) -> None:
        """Edit here instead of in my other tab."""
        await self.step(partial(transfer.here, member_id=self.member_id))

    async def handle_take_over(self) -> None:
        """Take the lease from somebody idle, or with permission and a reason."""
        reason = self.text_of("reason", transfer.LONGEST_REASON)
        await self.step(partial(transfer.take_over, member_id=self.member_id, reason=reason))

    async def handle_answer_request(self) -> None:
        """The editor answers somebody who asks to edit."""
        answer, minutes = self.message.get("answer"), self.message.get("minutes")
        if answer not in requests.ANSWERS:
            detail = "answer has to be one of " + ", ".join(requests.ANSWERS)
            raise ProtocolError("malformed", in_reply_to="answer_request", detail=detail)
        if answer == "later" and (type(minutes) is not int or not 1 <= minutes <= requests.MOST_MINUTES):
            detail = f"minutes has to be a number from 1 to {requests.MOST_MINUTES}"
            raise ProtocolError("malformed", in_reply_to="answer_request", detail=detail)
        said = {
            "user": user_key(self.message.get("user_id"), "answer_request"),
            "answer": answer,
            "minutes": minutes if answer == "later" else None,
            "text": self.text_of("text", requests.LONGEST_TEXT),
        }
        await self.step(partial(requests.answer, member_id=self.member_id, token=self.token, **said))

    async def handle_withdraw_request(self) -> None:
        """The asker does not ask any more."""
        await self.step(partial(requests.withdraw, member_id=self.member_id))

    async def handle_draft(self) -> None:
        """Tell the next editor what this one had typed and not saved, or that it is too much. It is kept nowhere."""
        values: Any = self.message.get("values", "")
        if values is not None and not _is_draft(values):
            raise ProtocolError("malformed", in_reply_to="draft", detail="values has to be texts by name, or null")
        rows: Any = self.message.get("rows", {})
        if not _is_draft(rows):
            raise ProtocolError("malformed", in_reply_to="draft", detail="rows has to be texts by name")
        if sum(len(name) + len(text) for one in (values or {}, rows) for name, text in one.items()) > LARGEST_DRAFT:
            raise ProtocolError("too_large", in_reply_to="draft", detail="it stays in the page that it was typed in")
        room = await self.rooms.read(self.key)
        receiver = self.receiver_of_draft(room)
        if receiver is None:
            raise ProtocolError("not_holder", in_reply_to="draft")
        said = {"type": "draft_offered", "user_id": self.person.id, "username": self.person.name, "values": values}
        await self.channel_layer.group_send(
            group_name(self.key), {"type": "draft.offered", "to": receiver, "said": said, "rows": rows}
        )

    def receiver_of_draft(self, room: Room) -> Optional[str]:
        """The member that gets this one's lease, or has just got it; None if that is nobody else's."""
        held = room.lease if room.lease and not room.lease.lapsed else None
        if held and held.holder == self.member_id and self.token == held.token and room.heir:
            return room.heir.member
        passed = room.handover
        if passed and passed.from_member == self.member_id and held and held.holder == passed.to_member:
            return passed.to_member
        return None

    async def draft_offered(self, event: Message) -> None:
        """Send the previous editor's unsaved text to the one it is for, as far as their own form has it."""
        if event["to"] != self.member_id:
            return
        said = event["said"]
        if said["values"] is not None:
            names = (self.app_label, self.model_name, self.object_id, self.query("site"))
            about = (self.user, self.scope, names, said["values"], event.get("rows", {}))
            said = {**said, "values": await self.in_thread(handover.readable, *about)}
            if not said["values"]:
                return
        await self.send_json(said)

    async def ask_to_yield(self, room: Room) -> None:
        """Once for each heir: the page has to let go before the lease can pass on."""
        held = room.lease if room.lease and not room.lease.lapsed else None
        mine = held is not None and held.holder == self.member_id
        heir = room.heir if mine else None
        if heir is not None and heir != self.yielding:
            await self.send_json({"type": "yield", "version": room.version})
        self.yielding = heir

    def text_of(self, name: str, longest: int) -> str:
        """A field that may be missing, as one line."""
        value = self.message.get(name, "")
        if not isinstance(value, str):
            raise ProtocolError("malformed", in_reply_to=self.message["type"], detail=f"{name} has to be a text")
        text = " ".join(value.encode("utf-8", "replace").decode("utf-8").split())
        if len(text) > longest:
            raise ProtocolError(
                "too_large", in_reply_to=self.message["type"], detail=f"{name} may have {longest} characters"
            )
        return text


def _is_draft(values: Any) -> bool:
    return isinstance(values, Mapping) and all(isinstance(text, str) for text in values.values())
