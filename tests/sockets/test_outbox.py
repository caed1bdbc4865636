"""What waits for one client is bounded, keeps its order, and holds up nobody."""

from __future__ import annotations

import asyncio

import pytest

from django_admin_collaborator.transport import outbox
from django_admin_collaborator.transport.outbox import Outbox


class Client:
    """What a server does with frames: it accepts them, or waits until the client reads."""

    def __init__(self) -> None:
        self.got = []
        self.reads = asyncio.Event()
        self.reads.set()
        self.given_up = 0
        self.outbox = Outbox(self.give_up)

    def give_up(self) -> None:
        self.given_up += 1

    def say(self, frame: str, **options) -> None:
        async def send() -> None:
            await self.reads.wait()
            self.got.append(frame)

        self.outbox.put(send, len(frame), **options)


@pytest.fixture
async def client(monkeypatch):
    monkeypatch.setattr(outbox, "SEND_SECONDS", 0.1)
    return Client()


async def test_frames_go_out_in_their_order_and_none_after_the_last(client):
    for frame in "abc":
        client.say(frame)
    client.say("close", last=True)
    client.say("d")
    await asyncio.sleep(0.05)
    assert client.got == ["a", "b", "c", "close"]


async def test_a_client_that_reads_slowly_gets_everything(client):
    for frame in "abc":
        client.reads.clear()
        client.say(frame)
        await asyncio.sleep(0.06)
        client.reads.set()
        await asyncio.sleep(0.01)
    assert (client.got, client.given_up) == (["a", "b", "c"], 0)


async def test_a_client_that_does_not_read_one_frame_in_time_is_given_up_once(client):
    client.reads.clear()
    client.say("a")
    client.say("b")
    await asyncio.sleep(0.2)
    client.reads.set()
    client.say("c")
    await asyncio.sleep(0.05)
    assert (client.got, client.given_up) == ([], 1)


@pytest.mark.parametrize(("bound", "most"), [("MOST_FRAMES", 10), ("MOST_CHARACTERS", 10)])
async def test_a_client_for_which_too_much_waits_is_given_up_at_once(client, monkeypatch, bound, most):
    monkeypatch.setattr(outbox, bound, most)
    client.reads.clear()
    for _ in range(most):
        client.say("a")
    assert client.given_up == 0
    client.say("a")
    assert client.given_up == 1
    await asyncio.sleep(0.15)
    assert (client.got, client.given_up) == ([], 1)


async def test_a_frame_that_fails_does_not_keep_the_next_from_going_out(client):
    async def fail() -> None:
        raise OSError("the client has just gone")

    client.outbox.put(fail)
    client.say("a")
    await asyncio.sleep(0.05)
    assert client.got == ["a"]
