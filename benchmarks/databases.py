"""A database for one run of a benchmark."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path


def new_database(kind: str, folder: Path, stack: ExitStack) -> str:
    """The URL of an empty database. kind: sqlite, in ``folder``, or postgresql, on a server that ``stack`` ends."""
    from tests.support.postgres import PostgresServer

    if kind != "postgresql":
        return f"sqlite://{folder}/bench.sqlite3"
    server = PostgresServer()
    server.start()
    stack.callback(server.remove)
    return server.create("bench")
