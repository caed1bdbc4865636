"""The tables of the SQL store: where they are made, and who never meets them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, Callable, Iterator, Set

import pytest
from django.apps import apps
from django.core import serializers
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from django_admin_collaborator.models import News, Room
from django_admin_collaborator.stores.sql_statements import NEWS, ROOMS
from tests.settings import database
from tests.stores.makers import named

APP = "django_admin_collaborator"
OURS = {ROOMS, NEWS}


class NothingHere:
    """A router that keeps every app off every database."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return False


@pytest.fixture
def empty_database(request: Any, monkeypatch: Any, django_db_blocker: Any, tmp_path: Path) -> Iterator[str]:
    """The alias of a database without tables, on the server of the parameter."""
    alias = f"empty-{request.param}"
    if request.param == "sqlite":
        url = f"sqlite://{tmp_path}/empty.sqlite3"
    else:
        url = request.getfixturevalue(request.param).create(f"empty_{tmp_path.name}")
    monkeypatch.setitem(
        connections.databases, alias, {**connections.databases["default"], "OPTIONS": {}, **database(url)}
    )
    with django_db_blocker.unblock():
        yield alias
        connections[alias].close()
        del connections[alias]


def migrate(alias: str, name: Any = "0002_rooms") -> None:
    MigrationExecutor(connections[alias]).migrate([(APP, name)])


def tables(alias: str) -> Set[str]:
    return OURS & set(connections[alias].introspection.table_names())


on_servers = pytest.mark.parametrize("empty_database", named("postgres", "mariadb"), indirect=True)


@on_servers
def test_whatever_routers_say_the_tables_are_made_and_removed_again(empty_database: str, settings: Any):
    settings.DATABASE_ROUTERS = [f"{__name__}.NothingHere"]
    settings.ADMIN_COLLABORATOR_DATABASE = empty_database
    migrate(empty_database)
    assert tables(empty_database) == OURS
    migrate(empty_database, None)
    assert tables(empty_database) == set()


@on_servers
def test_no_other_database_has_them(empty_database: str, settings: Any):
    migrate(empty_database)
    assert tables(empty_database) == set()


@pytest.mark.parametrize("empty_database", ["sqlite"], indirect=True)
def test_a_sqlite_database_of_the_project_has_none(empty_database: str, settings: Any):
    settings.ADMIN_COLLABORATOR_DATABASE = empty_database
    migrate(empty_database)
    assert tables(empty_database) == set()
    migrate(empty_database, None)


@on_servers
def test_a_database_that_was_migrated_before_it_was_chosen_gets_them_as_documented(
    empty_database: str, settings: Any
):
    migrate(empty_database)
    settings.ADMIN_COLLABORATOR_DATABASE = empty_database
    migrate(empty_database, "0001_permissions")
    migrate(empty_database)
    assert tables(empty_database) == OURS


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["AutoField", "BigAutoField"])
def test_no_migration_is_missing(settings: Any, monkeypatch: Any, kind: str):
    settings.DEFAULT_AUTO_FIELD = f"django.db.models.{kind}"
    monkeypatch.setattr(apps.get_app_config(APP), "default_auto_field", f"django.db.models.{kind}", raising=False)
    call_command("makemigrations", APP, check_changes=True, dry_run=True, stdout=io.StringIO())


def test_the_models_name_the_tables_of_the_statements():
    assert {Room._meta.db_table, News._meta.db_table} == OURS


@pytest.mark.parametrize("server", named("postgres", "mariadb"))
def test_rooms_are_no_data_of_the_project(server: str, sql_database: Callable[[str], str]):
    alias = sql_database(server)
    with connections[alias].cursor() as cursor:
        cursor.execute(f"INSERT INTO {ROOMS} (room, revision, text, until) VALUES ('room', 'r1', 'text', 1)")
    for model in (Room, News):
        for manager in (model._default_manager, model._base_manager):
            assert serializers.serialize("json", manager.using(alias).order_by("pk").iterator()).strip() == "[]"
            assert manager.using(alias).count() == 0
