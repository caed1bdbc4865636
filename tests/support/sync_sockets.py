"""The client of the wire protocol for tests without an event loop: browser stories, threads."""

from __future__ import annotations

from typing import Any, List, Optional

from tests.support.loops import LoopThread
from tests.support.people import Person
from tests.support.servers import Worker
from tests.support.sockets import Message, Socket


class SyncSocket:
    """Socket, call by call."""

    def __init__(self, thread: LoopThread, socket: Socket) -> None:
        self.thread = thread
        self.socket = socket

    @classmethod
    def connect(cls, thread: LoopThread, worker: Worker, path: str, person: Person, **options: Any) -> SyncSocket:
        return cls(thread, thread.run(worker.socket(path, person, **options)))

    @property
    def received(self) -> List[Message]:
        return self.socket.received

    def send(self, type: str, **fields: Any) -> None:
        self.thread.run(self.socket.send(type, **fields))

    def expect(self, *types: str, timeout: float = 5, **fields: Any) -> Message:
        return self.thread.run(self.socket.expect(*types, timeout=timeout, **fields))

    def expect_nothing(self, *types: str, seconds: float = 0.5) -> None:
        self.thread.run(self.socket.expect_nothing(*types, seconds=seconds))

    def drain(self, quiet: float = 0.2) -> List[Message]:
        return self.thread.run(self.socket.drain(quiet))

    def expect_close(self, timeout: float = 5) -> Optional[int]:
        return self.thread.run(self.socket.expect_close(timeout))

    def close(self) -> None:
        self.thread.run(self.socket.close())

    def abort(self) -> None:
        self.thread.run(self.socket.abort())
