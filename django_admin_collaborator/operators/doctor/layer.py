"""The project's channel layer, where it has one: what one process sends has to reach another."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any, Iterator

from channels.layers import channel_layers
from django.conf import settings

from . import Finding

TRY_SECONDS = 3.0


def findings() -> Iterator[Finding]:
    if "default" not in (getattr(settings, "CHANNEL_LAYERS", None) or {}):
        yield Finding("ok", "channel layer", "CHANNEL_LAYERS is not set, and nothing of ours needs one.")
        return
    try:
        # Two, as two processes have them: what goes from one to the other goes by way of the server.
        here, there = channel_layers.make_backend("default"), channel_layers.make_backend("default")
    except Exception as error:  # the module of the backend may raise anything
        text = f"It cannot be made ({type(error).__name__}: {error})."
        yield Finding("wrong", "channel layer", text, "See whether CHANNEL_LAYERS names a layer that is installed.")
        return
    yield asyncio.run(_round_trip(here, there))


async def _round_trip(here: Any, there: Any) -> Finding:
    group, word = "collaborator-doctor-" + secrets.token_hex(8), secrets.token_hex(8)
    loop = asyncio.get_running_loop()
    try:
        began = loop.time()
        await asyncio.wait_for(_say(here, there, group, word), TRY_SECONDS)
        took = loop.time() - began
    except asyncio.TimeoutError:
        text = f"A message from one connection did not reach another within {TRY_SECONDS:g} s."
        remedy = "See whether the Redis of CHANNEL_LAYERS is up, and the same for all processes."
        return Finding("wrong", "channel layer", text, remedy)
    except Exception as error:  # every layer has errors of its own
        text = f"It does not carry messages ({type(error).__name__}: {error})."
        return Finding("wrong", "channel layer", text, "See whether the hosts in CHANNEL_LAYERS are right and up.")
    finally:
        for layer in (here, there):
            await _close(layer)
    return Finding("ok", "channel layer", f"A message went from one connection to another in {took * 1000:.1f} ms.")


async def _say(here: Any, there: Any, group: str, word: str) -> None:
    channel = await there.new_channel()
    await there.group_add(group, channel)
    await here.group_send(group, {"type": "doctor", "word": word})
    while (await there.receive(channel)).get("word") != word:
        pass
    await there.group_discard(group, channel)


async def _close(layer: Any) -> None:
    # The core layer's ``flush`` deletes what is in Redis; the other's only closes its connections.
    close = getattr(layer, "close_pools", None) or getattr(layer, "flush", None)
    try:
        if close is not None:
            await asyncio.wait_for(close(), TRY_SECONDS)
    except Exception:  # a layer that has failed may fail here again; that was told
        return
