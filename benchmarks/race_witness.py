"""What the database itself says of the race: triggers note each change of a token, and what stood there before."""

from __future__ import annotations

from typing import Iterable, List

from django.db import connection

TABLES = {"press_register": "", "press_slot": "", "press_word": "word_"}
"""With what the names of their columns of tokens begin."""
COLUMNS = "about varchar(60), old varchar(100), seen varchar(100), token varchar(100)"
KEYS = {"sqlite": "integer primary key autoincrement", "postgresql": "serial primary key"}
NOTE = (
    "INSERT INTO race_witness (about, old, seen, token) "
    "VALUES ('{model} ' || OLD.id, OLD.{prefix}token, NEW.{prefix}seen, NEW.{prefix}token);"
)


def install() -> None:
    """Into the default database, which is SQLite or PostgreSQL and has its tables."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE race_witness (id {KEYS[connection.vendor]}, {COLUMNS})")
        for table, prefix in TABLES.items():
            note = NOTE.format(model=table.partition("_")[2], prefix=prefix)
            trigger = f"CREATE TRIGGER {table}_witness AFTER UPDATE OF {prefix}token ON {table} FOR EACH ROW"
            trigger += f" WHEN (OLD.{prefix}token <> NEW.{prefix}token)"
            if connection.vendor == "sqlite":
                cursor.execute(f"{trigger} BEGIN {note} END")
            else:
                body = f"$$ BEGIN {note} RETURN NULL; END $$"
                cursor.execute(f"CREATE FUNCTION {table}_noted() RETURNS trigger LANGUAGE plpgsql AS {body}")
                cursor.execute(f"{trigger} EXECUTE FUNCTION {table}_noted()")


def testimony(faults: Iterable[str]) -> List[str]:
    """The notes about the rows that ``faults`` name and which do not continue the note before them.

    Six notes before each of these, too.
    """
    said: List[str] = []
    for about in sorted({fault.partition(":")[0] for fault in faults}):
        notes = _notes(about)  # (key, old, seen, token)
        breaks = [at for at in range(1, len(notes)) if not notes[at - 1][3] == notes[at][1] == notes[at][2]]
        said += [f"{about}: {len(notes)} changes of the token, {len(breaks)} of which do not continue the one before"]
        for at in breaks[:5]:
            said += [f"  {one}" for one in notes[max(0, at - 6) : at + 2]]
    return said


def _notes(about: str) -> List[tuple]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, old, seen, token FROM race_witness WHERE about = %s ORDER BY id", [about])
        return cursor.fetchall()
