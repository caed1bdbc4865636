"""Steps of people who come and claim, and what a store holds after them."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from functools import partial
from typing import Any, Callable, List

from django_admin_collaborator.core import encoding, lease, presence
from django_admin_collaborator.core.room import Member, Person, Room
from django_admin_collaborator.core.transition import Transition
from django_admin_collaborator.rooms.hub import Hub
from django_admin_collaborator.stores.base import Store
from tests.core.examples import PEOPLE


def joins(member: Member):
    return partial(presence.join, member=member, person=PEOPLE[member.user])


def claims(member: Member, wait: bool = False):
    return partial(lease.claim, member_id=member.id, wait=wait)


def crowd(count: int, first: int = 0) -> List[Callable]:
    """Steps of that many people who come."""
    steps = []
    for number in range(first, first + count):
        person = Person(str(number), number, "p{}".format(number), "Person {}".format(number))
        member = Member("tab-{}".format(number), person.key, 0.0, 0.0, "wire-{}".format(number), may_edit=True)
        steps.append(partial(presence.join, member=member, person=person))
    return steps


async def kept(store: Store) -> Room:
    """What the store holds."""
    found = await store.read("room")
    assert found.text is not None
    room = encoding.decode(found.text)
    assert room
    return room


async def opened(rooms: Hub, *members: Member) -> None:
    """These have joined, and leases can be granted at once, however young the store."""
    await rooms.apply("room", lambda room, now: Transition(replace(room, no_grant_before=0.0)))
    for member in members:
        await rooms.apply("room", joins(member))


async def until(holds: Callable[[], Any], seconds: float = 10.0) -> None:
    """Wait until ``holds()`` is true."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come about"
        await asyncio.sleep(0.005)
