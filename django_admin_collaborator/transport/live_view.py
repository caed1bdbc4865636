"""One page's part in the live view: it tells what its person types, or is told what the editor types.

It is told of the controls alone that its own page shows, by the text with which the server has signed them into it.
"""

from __future__ import annotations

import json
from contextlib import suppress
from functools import partial
from typing import Callable, Optional, Tuple

from .. import conf
from ..access import shown_controls
from ..access.shown_controls import ShownControls
from ..core import live
from ..core.messages import Message, ProtocolError
from ..core.room import Room, replace
from ..core.transition import Event
from ..rooms import live_values
from ..stores.base import StoreUnavailable
from .client import Client


class LiveView:
    """What a client adds to itself for it.

    shows: the controls that its page shows; None while it does not watch.
    told: token of the lease and number of what it was told of what is kept.
    kept: revision of what was kept of its own typing; None: nothing.
    """

    def __init__(self, client: Client, kept: Optional[str] = None) -> None:
        self.client = client
        self.grants: Optional[str] = client.visitor.grants
        self.shows: Optional[ShownControls] = None
        self.told: Optional[Tuple[int, int]] = None
        self.kept = kept

    async def watch(self) -> None:
        """Show what the editor types in the controls that the frame proves this page to show, or no longer."""
        client = self.client
        text = client.frame.message.get("shows")
        if text is not None and not isinstance(text, str):
            raise ProtocolError("malformed", in_reply_to="watch", detail="shows has to be a text, or null")
        self.take(text or "")
        on = self.shows is not None
        room = (await client.step(partial(live.watch, member_id=client.member_id, on=on))).room
        if on and live.holder_of(room):
            await client.hub.publish(client.key, [Event({"type": "watched"}, to=live.holder_of(room))])
            self.told = None
            await self.bring(room)

    def take(self, text: str) -> None:
        """Know the controls that the page shows, as far as its text proves them."""
        client = self.client
        shows = shown_controls.read(text) if text and conf.get("LIVE_VIEW") else None
        is_own = shows is not None and (shows.user, shows.key) == (str(client.visitor.user.pk), client.key)
        if text and not is_own:
            client.port.log_refusal("forged-shows")
        self.shows = shows if is_own else None
        self.follow_grants(self.grants)
        if client.member is not None:
            client.member = replace(client.member, watching=self.shows is not None)

    def follow_grants(self, grants: Optional[str]) -> None:
        """All that the user may do is this now; None: something of it was changed."""
        if grants is not None:
            self.grants = grants
        if self.shows is not None and self.shows.grants != grants:
            self.shows = None
            self.client.send({"type": "unwatched"})

    def hear(self, message: Message, text: Callable[[], str]) -> None:
        """Send what the editor types, as far as the page shows it. text: of the message, shared."""
        if self.shows is not None:
            fitting = live.fitting(message, self.shows.shown)
            self.client.port.send(text() if fitting is message else json.dumps(fitting))

    async def bring(self, room: Room) -> None:
        """Send what is kept of what the editor types, if it is news."""
        held = room.lease
        if self.shows is None or held is None or held.holder == self.client.member_id or not live.is_kept(room):
            return
        try:
            message = await self.client.hub.with_store(live_values.read(self.client.key, held.token))
        except StoreUnavailable:
            return  # which the page is told
        token, number = self.told or (0, 0)
        if message is not None and (token != held.token or message["n"] > number):
            self.told = (held.token, message["n"])
            self.hear(message, lambda: json.dumps(message))

    async def pass_on(self) -> None:
        """Tell those who watch what the editor types."""
        client = self.client
        message = {**live.read(client.frame.message), "user_id": client.person.id}
        room = client.hub.seen(client.key)
        if room is None or client.token is None or live.holder_of(room) != client.member_id:
            return  # it was typed before the lease passed on
        if message.get("all") and live.is_kept(room):
            keep = live_values.keep(client.key, client.token, message, self.kept or "")
            self.kept = await client.hub.with_store(keep)
        await client.hub.publish(client.key, [Event(message, besides=client.member_id)])

    async def forget(self) -> None:
        """The lease has gone, and what was kept of the typing goes with it."""
        if self.kept is not None:
            self.kept = None
            with suppress(StoreUnavailable):  # it ends by itself
                await self.client.hub.with_store(live_values.forget(self.client.key))
