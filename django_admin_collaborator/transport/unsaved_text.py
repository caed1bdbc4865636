"""What a page says of its unsaved text: handed to the next editor, and kept where the project wants that.

Whoever it is offered to gets what their own form has a control for, and no more.
"""

from __future__ import annotations

from typing import Any, Mapping, Optional, Tuple

from ..core import grants, kept_draft
from ..core.chat import user_key
from ..core.kept_draft import KeptDraft
from ..core.messages import Message, ProtocolError
from ..core.room import Room
from ..core.transition import Event
from ..page import handover
from ..rooms import kept_drafts

LARGEST = 200_000
"""Characters of a text that is taken; a larger one stays with whoever typed it."""


class UnsavedText:
    """What a page client adds to itself for it."""

    def __init__(self, client: Any) -> None:
        self.client = client

    async def offer(self, message: Message) -> None:
        """Send another's unsaved text, as far as the form of this client's user has it."""
        client = self.client
        said = {name: value for name, value in message.items() if name != "rows"}
        if said["values"] is not None:
            visitor = client.visitor
            about = (visitor.user, visitor.scope, visitor.names, said["values"], message["rows"])
            said["values"] = await client.ask_database(handover.readable, *about)
            if not said["values"]:
                return
        client.send(said)

    # Passing to the next editor ----------------------------------------------------------------

    async def hand_over(self) -> None:
        """Tell the next editor what this one had typed and not saved, or that it is too much. It is kept nowhere."""
        client = self.client
        values, rows = self._text()
        receiver = self._receiver(await client.hub.read(client.key))
        if receiver is None:
            raise ProtocolError("not_holder", in_reply_to="draft")
        offer = {"type": "draft_offered", "user_id": client.person.id, "username": client.person.name}
        await client.hub.publish(client.key, [Event({**offer, "values": values, "rows": rows}, to=receiver)])

    def _receiver(self, room: Room) -> Optional[str]:
        """The member that gets this one's lease, or has just got it; None if that is nobody else's."""
        own = self.client.member_id
        held = room.told_lease
        if held and held.holder == own and self.client.token == held.token and room.heir:
            return room.heir.member
        passed = room.handover
        if passed and passed.from_member == own and held and held.holder == passed.to_member:
            return passed.to_member
        return None

    # Kept by the project -----------------------------------------------------------------------

    async def keep(self) -> None:
        """Keep what this editor has typed and not saved, until it is saved; nothing, or too much, deletes it."""
        client = self.client
        values, rows = self._text()
        await self._must_be_kept()
        if values:
            person = client.person
            draft = KeptDraft(person.key, person.id, person.name, client.hub.now(), dict(values), dict(rows))
            await client.hub.with_store(kept_drafts.keep(client.key, draft))
        else:
            await client.hub.with_store(kept_drafts.forget([client.key], client.person.key))

    async def offer_kept(self) -> None:
        """Send the new editor what others have left unsaved, and with ``own`` what they have typed elsewhere."""
        client = self.client
        await self._must_be_kept()
        drafts = await client.hub.with_store(kept_drafts.read(client.key))
        is_own_wanted = client.frame.message.get("own") is True
        for draft in kept_draft.offered_to(drafts, client.person.key, is_own_wanted):
            await self.offer(draft.offer())

    async def answer(self) -> None:
        """The editor has decided about what another has left: it is offered to no third person."""
        client = self.client
        user = user_key(client.frame.message.get("user_id"), "answer_draft")
        await self._must_be_kept()
        await client.hub.with_store(kept_drafts.answer(client.key, user))

    async def _must_be_kept(self) -> None:
        """Raises: ProtocolError: the project does not keep it, or this client is not the editor."""
        client = self.client
        kind = client.frame.message["type"]
        if not kept_drafts.is_on():
            raise ProtocolError("malformed", in_reply_to=kind, detail="drafts are not kept here")
        room = client.hub.seen(client.key) or await client.hub.read(client.key)
        if not grants.holds(room, client.member_id, client.token):
            raise ProtocolError("not_holder", in_reply_to=kind)

    # What the frame says -----------------------------------------------------------------------

    def _text(self) -> Tuple[Any, Any]:
        """The unsaved text of the present frame, None where it is too much, and what tells its rows apart."""
        message = self.client.frame.message
        kind, values, rows = message["type"], message.get("values", ""), message.get("rows", {})
        if values is not None and not _is_text(values):
            raise ProtocolError("malformed", in_reply_to=kind, detail="values has to be texts by name, or null")
        if not _is_text(rows):
            raise ProtocolError("malformed", in_reply_to=kind, detail="rows has to be texts by name")
        if sum(len(name) + len(text) for one in (values or {}, rows) for name, text in one.items()) > LARGEST:
            raise ProtocolError("too_large", in_reply_to=kind, detail="it stays in the page that it was typed in")
        return values, rows


def _is_text(values: Any) -> bool:
    return isinstance(values, Mapping) and all(isinstance(text, str) for text in values.values())
