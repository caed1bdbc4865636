"""The statements of the SQL store, for PostgreSQL, for MySQL and MariaDB, and for SQLite.

Each method runs on a cursor of the driver in autocommit, and each statement is a transaction of its own. Moments are
whole microseconds since the Unix epoch, on the database's clock. Texts are stored as UTF-8 bytes, so the character
set of the database does not matter, nor does a zero byte.
"""

from __future__ import annotations

from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple, Type

from .base import KEEP_SECONDS, new_revision

ROOMS = "django_admin_collaborator_room"
NEWS = "django_admin_collaborator_news"

MICROSECONDS = 1_000_000
KEEP = KEEP_SECONDS * MICROSECONDS
NEVER = 2**62
"""A moment that never comes."""
NEWS_KEEP_SECONDS = 10
"""News can be read this long. A process that has not looked for longer is told that it missed some."""
BIRTH = "born"
"""The key of the row that says when this store began; not a room."""
CARRIED_BYTES = 65_536
"""The news of a larger room come without its text."""

UPSERT = """
    INSERT INTO {rooms} AS r (room, revision, text, until) VALUES (?, ?, ?, {now} + ?)
    ON CONFLICT (room) DO UPDATE SET revision = excluded.revision, text = excluded.text, until = excluded.until
    WHERE r.until <= {now} OR r.revision = excluded.revision
"""
"""Where nothing is expected: nothing may be there, or what has expired, or the same swap. Not for MySQL."""
UPDATE = """
    UPDATE {rooms} SET revision = ?, text = ?, until = {now} + ?
    WHERE room = ? AND until > {now} AND revision IN (?, ?)
"""


class Found(NamedTuple):
    """A row as it is now; ``text`` is None when there is none, or when it has expired."""

    text: Optional[str]
    revision: str
    now: int


class Dialect:
    """What is the same everywhere.

    NOW: an expression, the database's clock. STARTED: an expression, when its server started, as far as a loss of
    rows may go along with a start. MARK: of a parameter.
    """

    NOW: str
    STARTED = "0"
    MARK = "%s"
    NAMES: Dict[str, str] = {"rooms": ROOMS, "news": NEWS}
    is_postgresql = False

    def __init__(self) -> None:
        self._sql: Dict[str, str] = {}

    def read(self, cursor: Any, key: str) -> Found:
        self.run(
            cursor,
            "SELECT c.now, r.revision, r.text FROM (SELECT {now} AS now) c "
            "LEFT JOIN {rooms} r ON r.room = ? AND r.until > c.now",
            key,
        )
        now, revision, text = cursor.fetchone()
        return Found(None if text is None else _text(text), revision or "", int(now))

    def read_all(self, cursor: Any, keys: Sequence[str]) -> Tuple[int, Dict[str, Found]]:
        """Now, and what there is under those of the keys that have something."""
        marks = ", ".join("?" for _ in keys)
        select = (
            "SELECT c.now, r.room, r.revision, r.text FROM (SELECT {now} AS now) c "
            "LEFT JOIN {rooms} r ON r.room IN (MARKS) AND r.until > c.now"
        )
        self.run(cursor, select.replace("MARKS", marks), *keys)
        rows = cursor.fetchall()
        now = int(rows[0][0])
        return now, {key: Found(_text(text), revision, now) for _, key, revision, text in rows if key is not None}

    def swap(
        self, cursor: Any, key: str, expected: str, revision: str, text: str, news: str, keep: int
    ) -> Optional[int]:
        """The moment of the swap, or None when something else is there. keep: microseconds until it expires."""
        raise NotImplementedError

    def publish(self, cursor: Any, key: str, news: str) -> None:
        self.run(cursor, "INSERT INTO {news} (room, news, moment) VALUES (?, ?, {now})", key, news.encode())

    def keys(self, cursor: Any) -> List[str]:
        self.run(cursor, "SELECT room FROM {rooms} WHERE until > {now} AND room <> ?", BIRTH)
        return [row[0] for row in cursor.fetchall()]

    def born(self, cursor: Any) -> int:
        """Whoever asks first writes down the birth."""
        sql = "SELECT text, {started} FROM {rooms} WHERE room = ?"
        self.run(cursor, sql, BIRTH)
        row = cursor.fetchone()
        if row is None:
            self.swap(cursor, BIRTH, "", new_revision(), str(self.now(cursor)), "", KEEP)
            self.run(cursor, "UPDATE {rooms} SET until = ? WHERE room = ?", NEVER, BIRTH)
            self.run(cursor, sql, BIRTH)
            row = cursor.fetchone()
        return max(int(_text(row[0])), int(row[1]))

    def look(self, cursor: Any, since: int) -> Tuple[int, List[Tuple[int, str, int]]]:
        """Now, and number, key and moment of all news that are younger than ``since``, the oldest first."""
        self.run(
            cursor,
            "SELECT c.now, n.id, n.room, n.moment FROM (SELECT {now} AS now) c "
            "LEFT JOIN {news} n ON n.moment > ? ORDER BY n.id",
            since,
        )
        rows = cursor.fetchall()
        return int(rows[0][0]), [(number, key, moment) for _, number, key, moment in rows if number is not None]

    def bodies(self, cursor: Any, numbers: Sequence[int]) -> List[Tuple[str, str, Optional[str]]]:
        """Key, news and text of some news, the oldest first."""
        marks = ", ".join("?" for _ in numbers)
        select = "SELECT room, news, text FROM {news} WHERE id IN (MARKS) ORDER BY id".replace("MARKS", marks)
        self.run(cursor, select, *numbers)
        return [(key, _text(news), None if text is None else _text(text)) for key, news, text in cursor.fetchall()]

    def clean(self, cursor: Any) -> None:
        """Delete what has expired: a hundred rooms at a time, found without a lock."""
        self.run(cursor, "DELETE FROM {news} WHERE moment < {now} - ?", NEWS_KEEP_SECONDS * MICROSECONDS)
        self.run(cursor, "SELECT room FROM {rooms} WHERE until < {now} LIMIT 100")
        for (key,) in cursor.fetchall():
            self.run(cursor, "DELETE FROM {rooms} WHERE room = ? AND until < {now}", key)

    def now(self, cursor: Any) -> int:
        self.run(cursor, "SELECT {now}")
        return int(cursor.fetchone()[0])

    def is_missing(self, error: BaseException) -> bool:
        """Whether the driver's error says that there is no table."""
        raise NotImplementedError

    def gave_way(self, error: BaseException) -> bool:
        """Whether the driver's error says that a lock was not to be had at once."""
        return False

    def run(self, cursor: Any, sql: str, *parameters: Any) -> None:
        prepared = self._sql.get(sql)
        if prepared is None:
            named = sql.format(now=self.NOW, started=self.STARTED, **self.NAMES)
            prepared = self._sql[sql] = named.replace("?", self.MARK)
        cursor.execute(prepared, parameters)


class PostgreSQL(Dialect):
    """Swap and news are one statement, whose commit nobody waits for: what a crash loses is a lease."""

    is_postgresql = True
    NOW = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
    STARTED = "(extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint"
    CHANNEL = "django_admin_collaborator"

    NAMES = {
        **Dialect.NAMES,
        # Local to the statement: a setting of the session would reach others behind a pooler.
        "unawaited": "set_config('synchronous_commit', 'off', true)",
        "notify": f"pg_notify('{CHANNEL}', '')",
    }
    WITH_NEWS = """
        WITH swapped AS (CHANGE RETURNING room, text, {now} AS now), told AS (
            INSERT INTO {news} (room, news, text, moment)
            SELECT room, ?::bytea, CASE WHEN octet_length(text) <= ? THEN text END, now FROM swapped RETURNING 1
        ) SELECT now, {unawaited}, {notify} FROM swapped
    """

    def swap(
        self, cursor: Any, key: str, expected: str, revision: str, text: str, news: str, keep: int
    ) -> Optional[int]:
        parameters: Tuple[Any, ...]
        if expected:
            change, parameters = UPDATE, (revision, text.encode(), keep, key, expected, revision)
        else:
            change, parameters = UPSERT, (key, revision, text.encode(), keep)
        if news:
            self.run(cursor, self.WITH_NEWS.replace("CHANGE", change), *parameters, news.encode(), CARRIED_BYTES)
        else:
            self.run(cursor, change + " RETURNING {now}, {unawaited}", *parameters)
        row = cursor.fetchone()
        return None if row is None else int(row[0])

    def publish(self, cursor: Any, key: str, news: str) -> None:
        publish = "INSERT INTO {news} (room, news, moment) VALUES (?, ?, {now}) RETURNING {unawaited}, {notify}"
        self.run(cursor, publish, key, news.encode())

    def is_missing(self, error: BaseException) -> bool:
        return "42P01" in _codes(error)

    def gave_way(self, error: BaseException) -> bool:
        return "55P03" in _codes(error)


def _codes(error: BaseException) -> Tuple[Any, Any]:
    return getattr(error, "pgcode", None), getattr(error, "sqlstate", None)


class MySQL(Dialect):
    """Without RETURNING: the moment comes with the answer, as the number of an inserted row does."""

    NOW = "CAST(UNIX_TIMESTAMP(SYSDATE(6)) * 1000000 AS UNSIGNED)"
    NAMES = {**Dialect.NAMES, "until": f"LAST_INSERT_ID({NOW}) + ?"}
    INSERT = "INSERT IGNORE INTO {rooms} (room, revision, text, until) VALUES (?, ?, ?, {until})"
    UPDATE = "UPDATE {rooms} SET revision = ?, text = ?, until = {until} WHERE room = ? AND "

    def swap(
        self, cursor: Any, key: str, expected: str, revision: str, text: str, news: str, keep: int
    ) -> Optional[int]:
        body = text.encode()
        if expected:
            alive = "until > {now} AND revision IN (?, ?)"
            took_place = self._update(cursor, alive, revision, body, keep, key, expected, revision)
        else:
            self.run(cursor, self.INSERT, key, revision, body, keep)
            free = "(until <= {now} OR revision = ?)"
            took_place = cursor.rowcount == 1 or self._update(cursor, free, revision, body, keep, key, revision)
        if not took_place:
            return None
        now = int(cursor.lastrowid)
        if news:  # a process that ends right here has told nobody; the next heartbeat of the others finds it
            carried = body if len(body) <= CARRIED_BYTES else None
            insert = "INSERT INTO {news} (room, news, text, moment) VALUES (?, ?, ?, {now})"
            self.run(cursor, insert, key, news.encode(), carried)
        return now

    def _update(self, cursor: Any, condition: str, *parameters: Any) -> bool:
        self.run(cursor, self.UPDATE + condition, *parameters)
        return bool(cursor.rowcount)

    def is_missing(self, error: BaseException) -> bool:
        return error.args[:1] == (1146,)


class SQLite(Dialect):
    """In a file of its own, whose clock is this host's."""

    NOW = "CAST((julianday('now') - 2440587.5) * 86400000000.0 AS INTEGER)"
    MARK = "?"

    TABLES = (
        f"CREATE TABLE IF NOT EXISTS {ROOMS} "
        "(room TEXT PRIMARY KEY, revision TEXT NOT NULL, text BLOB NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID",
        f"CREATE TABLE IF NOT EXISTS {NEWS} (id INTEGER PRIMARY KEY AUTOINCREMENT, room TEXT NOT NULL, "
        "news BLOB NOT NULL, text BLOB, moment INTEGER NOT NULL)",
        f"CREATE INDEX IF NOT EXISTS {NEWS}_moment ON {NEWS} (moment)",
    )

    def swap(
        self, cursor: Any, key: str, expected: str, revision: str, text: str, news: str, keep: int
    ) -> Optional[int]:
        if not news:
            return self._swap(cursor, key, expected, revision, text.encode(), keep)
        cursor.execute("BEGIN IMMEDIATE")
        try:
            body = text.encode()
            now = self._swap(cursor, key, expected, revision, body, keep)
            if now is not None:
                carried = body if len(body) <= CARRIED_BYTES else None
                insert = "INSERT INTO {news} (room, news, text, moment) VALUES (?, ?, ?, ?)"
                self.run(cursor, insert, key, news.encode(), carried, now)
        except BaseException:
            cursor.execute("ROLLBACK")
            raise
        cursor.execute("COMMIT")
        return now

    def _swap(self, cursor: Any, key: str, expected: str, revision: str, body: bytes, keep: int) -> Optional[int]:
        if expected:
            self.run(cursor, UPDATE, revision, body, keep, key, expected, revision)
        else:
            self.run(cursor, UPSERT, key, revision, body, keep)
        return self.now(cursor) if cursor.rowcount else None

    def is_missing(self, error: BaseException) -> bool:
        return False  # whoever opens the file makes the tables


DIALECTS: Dict[str, Type[Dialect]] = {"postgresql": PostgreSQL, "mysql": MySQL, "sqlite": SQLite}
"""By Django's name of the vendor."""


def _text(value: Any) -> str:
    return bytes(value).decode()
