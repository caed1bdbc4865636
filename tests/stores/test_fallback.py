"""The store of a process whose own cannot be opened says so, whatever it is asked."""

from __future__ import annotations

from typing import Any, Callable, Dict

import pytest

from django_admin_collaborator.stores.base import StoreUnavailable
from django_admin_collaborator.stores.fallback import UnavailableStore
from tests.stores.doubles import Ear

ASKED: Dict[str, Callable[[Any], Any]] = {
    "read": lambda store: store.read("room"),
    "swap": lambda store: store.swap("room", "", "r1", "text"),
    "publish": lambda store: store.publish("room", "news"),
    "keys": lambda store: store.keys(),
    "born": lambda store: store.born(),
    "subscribe": lambda store: store.subscribe(Ear()).add("room"),
}
ASKED_AT_ONCE: Dict[str, Callable[[Any], Any]] = {
    "read": lambda store: store.read_now("room"),
    "swap": lambda store: store.swap_now("room", "", "r1", "text"),
    "publish": lambda store: store.publish_now("room", "news"),
    "born": lambda store: store.born_now(),
}


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
async def test_a_store_that_cannot_be_opened_says_why_whatever_it_is_asked(ask):
    with pytest.raises(StoreUnavailable, match="no such class"):
        await ask(UnavailableStore("no such class"))


@pytest.mark.parametrize("ask", ASKED_AT_ONCE.values(), ids=ASKED_AT_ONCE)
def test_a_store_that_cannot_be_opened_says_why_to_synchronous_code(ask):
    with pytest.raises(StoreUnavailable, match="no such class"):
        ask(UnavailableStore("no such class"))


async def test_what_was_never_subscribed_is_given_up_without_a_word():
    subscription = UnavailableStore("no such class").subscribe(Ear())
    subscription.discard("room")
    await subscription.close()
