"""The folder that keeps the newsroom: its database, and who is using it."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

try:
    import fcntl
except ImportError:  # Windows: nobody is kept out
    fcntl = None  # type: ignore[assignment]

DATABASE = "newsroom.sqlite3"


class Folder:
    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.lock = self.path / "in-use"

    @contextmanager
    def for_us_alone(self) -> Iterator[None]:
        """Keep a second demo out: without Redis the two would know nothing of each other's people.

        Raises: SystemExit, with the address of the one that runs.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        with self.lock.open("a+", encoding="utf-8") as file:
            if fcntl is not None:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    file.seek(0)
                    where = file.read().strip() or "another terminal"
                    raise SystemExit(f"The newsroom is open already: {where}") from None
            file.truncate(0)
            try:
                yield
            finally:
                file.truncate(0)

    def note(self, url: str) -> None:
        """Where the newsroom is, for the next who tries to open it."""
        self.lock.write_text(url + "\n", encoding="utf-8")

    def clear(self) -> None:
        """Only what is ours: the folder may be anybody's."""
        for path in self.path.glob(DATABASE + "*"):
            path.unlink()

    def prepare(self) -> None:
        """Make the database what the code expects, and fill an empty one."""
        if not (self.path / DATABASE).exists():
            print(f"Setting up the newsroom in {self.path}", flush=True)
        import django
        from django.core.management import call_command
        from django.db import connection, connections

        django.setup()
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=WAL")  # it stays in the file; several workers write to it
        call_command("migrate", verbosity=0)

        from example.newsroom.content import fill

        fill()
        connections.close_all()  # workers open their own
