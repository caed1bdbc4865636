"""What the SQL store promises beyond the contract: of transactions, time limits, connections and time."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Callable, Iterator, List

import pytest
from django.db import connections, transaction

from django_admin_collaborator.stores import sql_connections
from django_admin_collaborator.stores.base import KEEP_SECONDS, StoreUnavailable, new_revision
from django_admin_collaborator.stores.sql import SqlStore
from django_admin_collaborator.stores.sql_connections import Alias, File
from django_admin_collaborator.stores.sql_statements import MICROSECONDS, NEWS, ROOMS
from tests.stores.makers import named
from tests.support import databases
from tests.support.processes import wait_until
from tests.support.servers import Server, ServerOptions

LONGEST_SECONDS = 3.0


FORKING = """
import os
from django_admin_collaborator.stores.sql import SqlStore
from django_admin_collaborator.stores.sql_connections import Alias

store = SqlStore(Alias("default"))
store.swap_now("room", "", "r1", "first")
reader, writer = os.pipe()
child = os.fork()
if not child:
    try:
        swapped = store.swap_now("room", "r1", "r2", "second").swapped
        os.write(writer, b"swapped" if swapped else b"lost")
    finally:
        os._exit(0)
os.close(writer)
os.waitpid(child, 0)
result = [os.read(reader, 100).decode(), store.swap_now("room", "r2", "r3", "third").swapped]
"""


@pytest.fixture
def sql_store(request: Any, sql_database: Callable[[str], str]) -> Iterator[SqlStore]:
    """On PostgreSQL or MariaDB."""
    store = SqlStore(Alias(sql_database(request.param)))
    yield store
    store.close()


on_servers = pytest.mark.parametrize("sql_store", named("postgres", "mariadb"), indirect=True)


@pytest.fixture
def file_store(tmp_path: Path) -> Iterator[SqlStore]:
    store = SqlStore(File(str(tmp_path / "db.collaborator.sqlite3")), connections=1)
    yield store
    store.close()


def alias_of(store: SqlStore) -> str:
    place = store._pool.place
    assert isinstance(place, Alias)
    return place.alias


def rows(store: SqlStore, table: str) -> List[Any]:
    def select(cursor: Any) -> List[Any]:
        cursor.execute(f"SELECT room FROM {table} ORDER BY room")
        return [room for (room,) in cursor.fetchall()]

    return store._pool.run(select)


def seconds_to_fail(call: Callable[[], Any]) -> float:
    began = time.monotonic()
    with pytest.raises(StoreUnavailable):
        call()
    return time.monotonic() - began


class TestTransactions:
    @on_servers
    def test_a_transaction_of_the_project_neither_hides_nor_undoes_a_swap(self, sql_store: SqlStore):
        with transaction.atomic(using=alias_of(sql_store)):
            with connections[alias_of(sql_store)].cursor() as cursor:
                cursor.execute("SELECT 1")  # the request has begun to read
            assert sql_store.swap_now("room", "", "r1", "first", "news").swapped
            assert sql_store.read_now("room").text == "first"
            transaction.set_rollback(True, using=alias_of(sql_store))

        assert sql_store.read_now("room").text == "first"
        assert sql_store.swap_now("room", "r1", "r2", "second").swapped

    @on_servers
    def test_no_lock_is_left_while_a_save_takes_its_time(self, sql_store: SqlStore):
        other = SqlStore(Alias(alias_of(sql_store)))
        with transaction.atomic(using=alias_of(sql_store)):
            sql_store.swap_now("room", "", "r1", "first", "news")
            began = time.monotonic()
            assert other.swap_now("room", "r1", "r2", "second", "news").swapped
            assert time.monotonic() - began < 1
        other.close()

    def test_a_save_on_sqlite_never_finds_the_database_locked_by_the_store(
        self, tmp_path: Path, file_store: SqlStore
    ):
        """A transaction that reads and then writes fails at once where anybody has written in between."""
        path = str(tmp_path / "db.sqlite3")
        project = sqlite3.connect(path, isolation_level=None)
        project.execute("CREATE TABLE article (title TEXT)")
        project.execute("INSERT INTO article VALUES ('Budget')")
        swaps, is_over = [], threading.Event()

        def swap() -> None:
            revision = ""
            while not is_over.is_set():
                new = new_revision()
                assert file_store.swap_now("room", revision, new, "x" * 700, "news").swapped
                revision = new
                swaps.append(1)
                time.sleep(0.005)

        thread = threading.Thread(target=swap)
        thread.start()
        try:
            for number in range(60):
                before = len(swaps)
                project.execute("BEGIN")
                project.execute("SELECT title FROM article").fetchall()
                while len(swaps) == before:
                    time.sleep(0.002)
                project.execute("UPDATE article SET title = ?", [str(number)])
                project.execute("COMMIT")
        finally:
            is_over.set()
            thread.join()
            project.close()
        assert len(swaps) >= 60


class TestTimeLimits:
    @pytest.mark.parametrize("sql_store", ["postgres"], indirect=True)
    def test_a_locked_table_is_an_unavailable_store(self, sql_store: SqlStore):
        sql_store.swap_now("room", "", "r1", "first")
        with transaction.atomic(using=alias_of(sql_store)):
            with connections[alias_of(sql_store)].cursor() as cursor:
                cursor.execute(f"LOCK TABLE {ROOMS} IN ACCESS EXCLUSIVE MODE")
            assert 1 < seconds_to_fail(lambda: sql_store.swap_now("room", "r1", "r2", "second")) < LONGEST_SECONDS
            assert seconds_to_fail(lambda: sql_store.read_now("room")) < LONGEST_SECONDS

        assert sql_store.read_now("room").text == "first"

    @pytest.mark.parametrize("sql_store", ["postgres"], indirect=True)
    def test_who_empties_the_tables_meets_no_deadlock(self, sql_store: SqlStore):
        swapped: List[Any] = []
        swap = threading.Thread(target=lambda: swapped.append(sql_store.swap_now("room", "", "r1", "first", "news")))
        alias = alias_of(sql_store)
        with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
            cursor.execute("SET LOCAL deadlock_timeout = '700ms'")
            cursor.execute(f"LOCK TABLE {NEWS} IN ACCESS EXCLUSIVE MODE")
            swap.start()
            time.sleep(0.2)  # it has the other table by now, and wants this one
            cursor.execute(f"LOCK TABLE {ROOMS} IN ACCESS EXCLUSIVE MODE")
        swap.join()

        assert [one.swapped for one in swapped] == [True]
        assert sql_store.read_now("room").text == "first"

    @pytest.mark.mariadb
    @pytest.mark.parametrize("sql_store", ["mariadb"], indirect=True)
    def test_a_locked_table_of_mariadb_is_an_unavailable_store(self, sql_store: SqlStore):
        sql_store.swap_now("room", "", "r1", "first")
        with connections[alias_of(sql_store)].cursor() as cursor:
            cursor.execute(f"LOCK TABLES {ROOMS} WRITE")
            assert 1 < seconds_to_fail(lambda: sql_store.swap_now("room", "r1", "r2", "second")) < LONGEST_SECONDS
            assert seconds_to_fail(lambda: sql_store.read_now("room")) < LONGEST_SECONDS
            cursor.execute("UNLOCK TABLES")

        assert sql_store.read_now("room").text

    def test_a_locked_file_is_an_unavailable_store(self, file_store: SqlStore):
        file_store.swap_now("room", "", "r1", "first")
        other = sqlite3.connect(file_store._pool.place.path, isolation_level=None)  # type: ignore[attr-defined]
        other.execute("BEGIN EXCLUSIVE")
        try:
            assert 1 < seconds_to_fail(lambda: file_store.swap_now("room", "r1", "r2", "x", "news")) < LONGEST_SECONDS
        finally:
            other.execute("ROLLBACK")
            other.close()

        assert file_store.swap_now("room", "r1", "r2", "second").swapped

    @pytest.mark.parametrize("is_connected", [True, False], ids=["connected", "new"])
    @pytest.mark.parametrize("server", named("postgres", "mariadb"))
    def test_a_server_that_does_not_answer_is_an_unavailable_store(
        self, server: str, is_connected: bool, proxied: Callable[[str], Any]
    ):
        proxy, store = proxied(server)
        if is_connected:
            store.swap_now("room", "", "r1", "first")
        proxy.blackhole()
        try:
            assert seconds_to_fail(lambda: store.read_now("room")) < LONGEST_SECONDS
        finally:
            proxy.blackhole(False)

        assert store.read_now("room").revision in ("", "r1")

    @pytest.mark.parametrize("server", named("postgres", "mariadb"))
    async def test_asynchronous_code_does_not_wait_longer_either(self, server: str, proxied: Callable[[str], Any]):
        proxy, store = proxied(server)
        proxy.blackhole()
        began = time.monotonic()
        try:
            for key in ("one", "two", "three", "four"):
                with pytest.raises(StoreUnavailable):
                    await store.read(key)
                assert time.monotonic() - began < LONGEST_SECONDS + 0.3
                began = time.monotonic()
        finally:
            proxy.blackhole(False)

    @pytest.mark.parametrize("server", named("postgres", "mariadb"))
    def test_a_lost_connection_is_made_again_unseen(self, server: str, proxied: Callable[[str], Any]):
        proxy, store = proxied(server)
        store.swap_now("room", "", "r1", "first")
        proxy.cut()
        time.sleep(0.1)

        assert store.swap_now("room", "r1", "r2", "second", "news").swapped

    @pytest.mark.parametrize("server", named("postgres", "mariadb"))
    def test_a_server_that_refuses_is_told_at_once(self, server: str, proxied: Callable[[str], Any]):
        proxy, store = proxied(server)
        proxy.refuse()
        assert seconds_to_fail(lambda: store.read_now("room")) < 1
        with pytest.raises(StoreUnavailable) as told:
            store.read_now("room")
        assert "\n" not in str(told.value)


class TestConnections:
    @on_servers
    def test_an_idle_connection_is_closed(self, sql_store: SqlStore, monkeypatch: Any):
        pool = sql_store._pool
        monkeypatch.setattr(pool, "_keep_seconds", 0.3)
        sql_store.read_now("room")
        assert len(pool._idle) == 1
        (link,) = pool._idle
        until = time.monotonic() + 5
        while pool._idle and time.monotonic() < until:
            time.sleep(0.05)
        assert pool._idle == []
        assert pool._open == 0
        with pytest.raises(link.errors):
            link.raw.cursor().execute("SELECT 1")

        assert sql_store.read_now("room").text is None

    @pytest.mark.parametrize("sql_store", ["postgres"], indirect=True)
    def test_in_a_test_run_nothing_stays_open(self, sql_store: SqlStore, postgres: Any):
        store = SqlStore(Alias(alias_of(sql_store)), keep_seconds=0)
        connections[alias_of(sql_store)].close()
        before = postgres.connections("rooms")
        store.swap_now("room", "", "r1", "first", "news")
        store.read_now("room")
        assert store._pool._open == 0
        wait_until(lambda: postgres.connections("rooms") <= before)

    @pytest.mark.parametrize("sql_store", ["postgres"], indirect=True)
    def test_settings_that_a_test_run_changes_are_followed(
        self, sql_store: SqlStore, postgres: Any, monkeypatch: Any
    ):
        sql_store.swap_now("room", "", "r1", "first")
        name = f"other_{os.getpid()}"
        postgres.create(name)
        monkeypatch.setitem(connections.databases[alias_of(sql_store)], "NAME", name)

        with pytest.raises(sql_connections.TableMissing):
            sql_store.read_now("room")
        connections[alias_of(sql_store)].close()

    @on_servers
    def test_no_more_connections_than_promised(self, sql_store: SqlStore):
        threads = [threading.Thread(target=sql_store.read_now, args=(str(number),)) for number in range(12)]
        for thread in threads:
            thread.start()
        most = 0
        while any(thread.is_alive() for thread in threads):
            most = max(most, sql_store._pool._open)
        assert most <= 2

    @on_servers
    def test_a_forked_child_has_connections_of_its_own(self, sql_store: SqlStore, tmp_path: Path):
        url = databases.current_url(alias_of(sql_store))
        child_saw, parent_saw = Server(ServerOptions(database_url=url), tmp_path).run(FORKING)
        assert child_saw == "swapped"
        assert parent_saw, "the parent's connection is as it was"

    def test_a_file_that_was_deleted_is_made_again(self, file_store: SqlStore):
        file_store.swap_now("room", "", "r1", "first")
        for path in Path(file_store._pool.place.path).parent.iterdir():  # type: ignore[attr-defined]
            path.unlink()

        assert file_store.read_now("room").text is None
        assert file_store.swap_now("room", "", "r2", "second").swapped

    def test_a_new_file_is_opened_by_many_at_once(self, tmp_path: Path):
        def open_at_once(number: int) -> None:
            gate.wait()
            File(str(tmp_path / f"{number}.sqlite3")).open().close()

        with ThreadPoolExecutor(12) as pool:
            for number in range(150):
                gate = threading.Barrier(12)
                list(pool.map(open_at_once, [number] * 12))

    def test_the_file_is_as_open_as_the_database(self, tmp_path: Path):
        (tmp_path / "db.sqlite3").touch(0o660)
        (tmp_path / "db.sqlite3").chmod(0o660)
        if os.geteuid() == 0:
            os.chown(tmp_path / "db.sqlite3", 65534, 65534)
        store = SqlStore(File(str(tmp_path / "db.collaborator.sqlite3")))
        store.swap_now("room", "", "r1", "first")
        there, ours = (tmp_path / name for name in ("db.sqlite3", "db.collaborator.sqlite3"))
        assert (ours.stat().st_mode, ours.stat().st_uid) == (there.stat().st_mode, there.stat().st_uid)
        store.close()


class TestTime:
    @pytest.mark.parametrize("another_store", named("sqlite", "postgres", "mariadb"), indirect=True)
    def test_what_is_over_counts_as_nothing_and_is_deleted(self, another_store: Callable[[], Any], monkeypatch: Any):
        store = another_store()
        for key in ("old", "other", "young"):
            store.swap_now(key, "", "r1", "first", "news")
        self.age(store, KEEP_SECONDS + 1, "room <> 'young'")

        assert store.read_now("old").text is None
        assert not store.swap_now("old", "r1", "r2", "late").swapped
        assert store.swap_now("old", "", "r3", "again").swapped
        assert rows(store, ROOMS) == ["old", "other", "young"]

        monkeypatch.setattr(store, "_clean_at", 0.0)
        store.publish_now("young", "more")

        assert rows(store, ROOMS) == ["old", "young"]
        assert rows(store, NEWS) == ["young", "young"]

    @staticmethod
    def age(store: Any, seconds: int, which: str) -> None:
        def work(cursor: Any) -> None:
            cursor.execute(f"UPDATE {ROOMS} SET until = until - {seconds * MICROSECONDS} WHERE {which}")
            cursor.execute(f"UPDATE {NEWS} SET moment = moment - {seconds * MICROSECONDS} WHERE {which}")

        store._pool.run(work)

    def test_the_moments_of_sqlite_are_those_of_this_host(self, file_store: SqlStore):
        assert abs(file_store.read_now("room").now - time.time()) < 0.1


@pytest.mark.parametrize("another_store", ["pgbouncer"], indirect=True)
async def test_a_pooler_that_refuses_the_settings_of_a_session_late_is_asked_without_them(
    another_store: Callable[[], SqlStore], monkeypatch: Any
):
    monkeypatch.setattr(sql_connections, "PATIENCE_SECONDS", -1)
    assert await another_store().born() > 0
