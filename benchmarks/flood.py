"""What people in other rooms notice while one user attacks the worker that serves them."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from typing import Any, Dict, List

from benchmarks.clients import Client, close_all, percentile
from benchmarks.flooder import KINDS
from benchmarks.report import Rows
from benchmarks.subjects import ROOT, Running

ROOMS = 10
SECONDS = 15.0
EVERY_SECONDS = 0.1
ATTACKER = 0
"""The session of the attacker; the others are those of an editor and a viewer for each room."""

SAVED = {"type": "content_updated", "timestamp": None}


class Room:
    """An editor who goes on editing and saving, and a viewer who has to hear of each save."""

    def __init__(self, editor: Client, viewer: Client) -> None:
        self.editor, self.viewer = editor, viewer
        self.took_ms: List[float] = []
        self.saves = 0

    async def work(self, until: float) -> None:
        await self.editor.ask({"type": "claim_editor", "timestamp": None}, lambda m: m["type"] == "lease")
        while time.monotonic() < until:
            number = len(self.took_ms) + 1
            answered = lambda m, number=number: m["type"] == "alive" and m.get("n") == number  # noqa: E731
            self.took_ms.append(await self.editor.ask({"type": "heartbeat", "n": number}, answered, timeout=30))
            if number % 5 == 0:
                self.saves += 1
                await self.editor.ask(SAVED, lambda m: m["type"] == "content_updated", timeout=30)
            await asyncio.sleep(EVERY_SECONDS)
        await self.editor.ask({"type": "release_lock"}, lambda m: m["type"] == "lock_released", timeout=30)
        await asyncio.sleep(1)

    def lost(self) -> int:
        """Saves that the viewer did not hear of, and a lease that was lost meanwhile."""
        heard = sum(message["type"] == "content_updated" for message in self.viewer.messages)
        return self.saves - heard + sum(message["type"] == "lease_lost" for message in self.editor.messages)


async def flood(running: Running, rows: Rows, name: str, kind: str) -> None:
    """``kind``: an attack of the flooder, or empty for a quiet time to compare with."""
    rooms = [await _room(running, number) for number in range(1, ROOMS + 1)]
    attack: Any = None
    if kind:
        url, session = running.edit_url(0), running.sessions[ATTACKER]
        command = [sys.executable, "-m", "benchmarks.flooder", kind, url, session, str(SECONDS + 5)]
        attack = subprocess.Popen(command, cwd=ROOT)
        await asyncio.sleep(2)
    await asyncio.gather(*(room.work(time.monotonic() + SECONDS) for room in rooms))
    if attack:
        attack.kill()
        attack.wait()
    took = [one for room in rooms for one in room.took_ms]
    what = kind or "no attack"
    figures: Dict[str, float] = {
        f"{what}: answers to others, 99th percentile": percentile(took, 0.99),
        f"{what}: the slowest": max(took),
    }
    for words, value in figures.items():
        rows.note(name, (words, "ms"), value)
    saves = sum(room.saves for room in rooms)
    rows.note(name, (f"{what}: lost by others, of {saves} saves", "messages"), sum(room.lost() for room in rooms))
    await close_all([client for room in rooms for client in (room.editor, room.viewer)])


async def _room(running: Running, number: int) -> Room:
    editor, viewer = running.sessions[2 * number - 1], running.sessions[2 * number]
    url = running.edit_url(number)
    return Room(await Client.open(url, editor), await Client.open(url, viewer))


ATTACKS = ["", *KINDS]
