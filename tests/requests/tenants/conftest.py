from __future__ import annotations

from typing import Any, Callable, Iterator

import pytest
from django.apps import apps
from django.db import connection
from django_tenants.utils import schema_context

from tests.project.newsroom.models import Article
from tests.requests.pages import Desk
from tests.requests.tenants.houses.models import Domain, House

SCHEMAS = ("ember", "birch")


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    """The tables in the public schema and in that of each tenant; the database is new."""
    with django_db_blocker.unblock():
        for schema in ("public", *SCHEMAS):
            with connection.cursor() as cursor:
                cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
            with schema_context(schema), connection.schema_editor() as editor:
                for model in apps.get_models():
                    if model._meta.managed and not model._meta.proxy:
                        editor.create_model(model)
        for schema in SCHEMAS:
            house = House.objects.create(schema_name=schema, name=schema)
            Domain.objects.create(domain=f"{schema}.example", tenant=house, is_primary=True)
        yield


@pytest.fixture
def desk(django_db_setup: None, django_db_blocker: Any) -> Iterator[Callable[..., Desk]]:
    """``desk("ember", "ada")``: the browser of a user of this tenant."""

    def start(schema: str, name: str) -> Desk:
        with schema_context(schema):
            Article.objects.get_or_create(pk=1, defaults={"title": schema})
            return Desk(name, host=f"{schema}.example")

    with django_db_blocker.unblock():
        yield start
        for schema in SCHEMAS:
            with connection.cursor() as cursor:
                cursor.execute(f"TRUNCATE {schema}.auth_user, {schema}.newsroom_article CASCADE")
                cursor.execute(f"ALTER SEQUENCE {schema}.auth_user_id_seq RESTART")
