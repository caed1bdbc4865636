"""The two sides, plain and guarded: an admin site, a clock, a browser, and the same rows to begin with."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import sys
import uuid
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta, timezone
from typing import Any, Dict, Iterator, List, Type
from unittest import mock

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.sites import all_sites
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.management.color import no_style
from django.core.signals import got_request_exception
from django.db import connection, connections, models, router, transaction
from django.test import Client, override_settings
from django.urls import path

from django_admin_collaborator.utils import CollaborativeAdminMixin
from tests.guard.oracle import log
from tests.guard.oracle.browser import Browser
from tests.guard.oracle.models import Label, Seal, Shelf
from tests.guard.oracle.pages import Page
from tests.support import databases

Rows = Dict[str, Dict[Any, Dict[str, Any]]]
Spec = Dict[Type[models.Model], List[Dict[str, Any]]]

APPS = ["oracle"]
"""Labels of the apps whose rows are made and compared."""

BEGIN = datetime(2020, 2, 29, 12, 0, 0, 123456, tzinfo=timezone.utc)
TRACED_LINKS = ("labels",)

PEOPLE = {
    "chief": None,
    "editor": ["add", "change", "delete", "view"],
    "changer": ["change", "view"],
    "viewer": ["view"],
    "deleter": ["delete", "view"],
    "adder": ["add"],
    "nobody": [],
}
"""Their permissions on every model here; ``None`` is a superuser's."""


WORLDS: List[Dict[str, Any]] = [
    {},
    {},
    {"ATOMIC_REQUESTS": True},
    {"language": "de", "USE_THOUSAND_SEPARATOR": True},
    {"TIME_ZONE": "Europe/Berlin"},
]


KEYS_OF_PEOPLE = range(10**6, 10**6 + len(PEOPLE))
"""The greatest comes first, so that rows that are added to their model get none of them."""


class Clock:
    """The time of a side: it goes on by a second with each request, on both sides alike."""

    def __init__(self) -> None:
        self.now = BEGIN

    def tick(self) -> None:
        self.now += timedelta(seconds=1)

    def __call__(self) -> datetime:
        return self.now


class Sessions(Dict[str, str]):
    """Session keys of PEOPLE by name; each is logged in when first asked for."""

    def __missing__(self, name: str) -> str:
        verbs = PEOPLE[name]
        columns = {"pk": KEYS_OF_PEOPLE[-1 - len(self)], "username": name, "is_staff": True}
        user = get_user_model()._default_manager.create(is_superuser=verbs is None, **columns)
        permissions = Permission.objects.filter(content_type__app_label="oracle")
        for verb in verbs or ():
            user.user_permissions.add(*permissions.filter(codename__startswith=verb + "_"))
        client = Client()
        client.force_login(user)
        self[name] = client.cookies[settings.SESSION_COOKIE_NAME].value
        return self[name]


class OwnUrls:
    """What ROOT_URLCONF may be instead of a module's name."""

    def __init__(self, site: admin.AdminSite) -> None:
        self.urlpatterns = [path("admin/", site.urls)]


class Difference(AssertionError):
    """The guarded side is not as it has to be."""


class Side:
    """One of the two, between ``begin`` and the end of the block.

    told: what the guard has said on its pages and in its log.
    """

    def __init__(self, model_admin: Type[admin.ModelAdmin], model: Type[models.Model], is_guarded: bool) -> None:
        self.is_guarded = is_guarded
        self.model = model
        self.site = admin.AdminSite()
        self.register(model_admin)
        self.clock = Clock()
        self.failures: List[BaseException] = []
        self.told: List[str] = []
        self._changes: Any = None
        self._rows: Rows = {}

    def register(self, model_admin: Type[admin.ModelAdmin]) -> None:
        self.site.register(self.model, guarded(model_admin) if self.is_guarded else model_admin)
        for other in (Label, Shelf):
            if other is not self.model:
                self.site.register(other, Searched)

    @contextmanager
    def begin(self, spec: Spec, session: str, world: Any = None) -> Iterator[Side]:
        """``world``: settings of the project; "language" and "ATOMIC_REQUESTS" are among them."""
        world = dict(world or {})
        self.clock.now = BEGIN
        client = Client(raise_request_exception=False)
        client.cookies[settings.SESSION_COOKIE_NAME] = session
        self.browser = Browser(client)
        client.cookies["django_language"] = world.pop("language", "en-us")
        is_atomic = {"ATOMIC_REQUESTS": world.pop("ATOMIC_REQUESTS", False)}
        changed = {**world, "ROOT_URLCONF": OwnUrls(self.site), "ADMIN_COLLABORATOR_KEY_PREFIX": secrets.token_hex(4)}
        got_request_exception.connect(self._failed)
        try:
            with ExitStack() as stack:
                stack.enter_context(override_settings(**changed))
                fill(spec)
                self._log = stack.enter_context(log.listening())
                stack.enter_context(mock.patch("django.utils.timezone.now", self.clock))
                stack.enter_context(mock.patch.dict(connection.settings_dict, is_atomic))
                yield self
        finally:
            got_request_exception.disconnect(self._failed)
            all_sites.discard(self.site)  # whoever looks for the admin of a model looks through all that are left

    def _failed(self, **kwargs: Any) -> None:
        error = sys.exc_info()[1]
        if error is not None:
            self.failures.append(error)

    def get(self, url: str) -> Page:
        self.clock.tick()
        return self._answered(Page(url, self.browser.get(url)))

    def post(self, url: str, data: Dict[str, Any]) -> Page:
        self.clock.tick()
        return self._answered(Page(url, self.browser.post(url, data)))

    def _answered(self, page: Page) -> Page:
        page.told = [page.refusal] if page.refusal else []
        page.told += [f"logged {log.text_of(record)}" for record in self._log.take()]
        self.told += [f"{page.url}: {line}" for line in page.told]
        return page

    def rows(self) -> Rows:
        """``rows()``, read only where something was written since the last time, if the database says so."""
        home = home_of_rows()
        changes = home.connection.total_changes if home.vendor == "sqlite" else None
        if changes is None or changes != self._changes:
            self._changes, self._rows = changes, rows()
        return self._rows


class Searched(admin.ModelAdmin):
    search_fields = ["name"]


def guarded(model_admin: Type[admin.ModelAdmin]) -> Type[admin.ModelAdmin]:
    return type("Guarded" + model_admin.__name__, (CollaborativeAdminMixin, model_admin), {})


def our_models() -> List[Type[models.Model]]:
    found = [model for app in APPS for model in apps.get_app_config(app).get_models(include_auto_created=True)]
    stored = [model for model in found if not model._meta.proxy and model._meta.db_table not in databases.KEPT]
    return [model for model in stored if model._meta.can_migrate(home_of_rows())]


def home_of_rows() -> Any:
    """The connection to the database that they are written to."""
    return connections[router.db_for_write(Label)]


def fill(spec: Spec) -> None:
    """Exactly these rows, and PEOPLE; every sequence as it begins; no signal is sent and no ``save()`` runs."""
    LogEntry.objects.all()._raw_delete(connection.alias)
    tables, home = [*our_models(), LogEntry], home_of_rows()
    with transaction.atomic(using=home.alias), home.cursor() as cursor:
        names = [model._meta.db_table for model in tables]
        people = get_user_model()._meta.db_table
        others = f" WHERE id NOT BETWEEN {KEYS_OF_PEOPLE[0]} AND {KEYS_OF_PEOPLE[-1]}"
        for name in names:
            cursor.execute(f"DELETE FROM {home.ops.quote_name(name)}" + (others if name == people else ""))
        if home.vendor == "sqlite":
            marks = ",".join(["%s"] * len(names))
            cursor.execute(f"DELETE FROM sqlite_sequence WHERE name IN ({marks})", names)
        for model, rows in spec.items():
            for number, row in enumerate(rows, 1):
                is_given = model._meta.pk.name in row or model._meta.pk.column is None
                key = {} if is_given else {model._meta.pk.name: number}
                columns = {model._meta.get_field(name): value for name, value in {**key, **row}.items()}
                _insert(home, cursor, model, columns)
        if home.vendor == "postgresql":
            for sql in home.ops.sequence_reset_sql(no_style(), tables):
                cursor.execute(sql)
    shutil.rmtree(os.path.join(settings.MEDIA_ROOT, "oracle"), ignore_errors=True)


def _insert(home: Any, cursor: Any, model: Type[models.Model], columns: Dict[Any, Any]) -> None:
    quote = home.ops.quote_name
    names = ",".join(quote(field.column) for field in columns)
    values = [field.get_db_prep_save(value, home) for field, value in columns.items()]
    marks = ",".join(["%s"] * len(values))
    cursor.execute(f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({marks})", values)


def rows() -> Rows:
    """Every row of every table here, and what the history has of them."""
    found: Rows = {}
    using = home_of_rows().alias
    for model in our_models():
        fields = [field for field in model._meta.local_fields if field.column]
        is_link = bool(model._meta.auto_created)
        table: Dict[Any, Dict[str, Any]] = {}
        for values in model._base_manager.using(using).order_by("pk").values(*[field.attname for field in fields]):
            row = {name: plain_value(value) for name, value in values.items()}
            pk = model._meta.pk
            key = str(row.get(pk.attname) if pk.column else [row[part.attname] for part in pk.fields])
            if key == NEW_KEY:
                key += str(row.get("name", row))
            if is_link:
                row.pop("id")
                key = str(sorted(row.items()))
            table[key] = row
        found[model._meta.label] = table
    log = LogEntry.objects.order_by("pk").values(
        "user_id", "content_type_id", "object_id", "object_repr", "action_flag", "change_message"
    )
    found["admin.LogEntry"] = {
        number: {name: plain_value(value) for name, value in entry.items()} for number, entry in enumerate(log)
    }
    return found


def plain_value(value: Any) -> Any:
    if isinstance(value, memoryview):
        return bytes(value)
    if isinstance(value, Seal):
        return value.text
    return with_names_of_new_keys(value) if isinstance(value, (str, uuid.UUID)) else value


CHANCE_IN_FILE_NAME = re.compile(r"(?<=\w)_[A-Za-z0-9]{7}(?=\.(?:txt|gif))")
NEW_KEY = "<a new key>"
UUID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")


def with_names_of_new_keys(text: Any) -> str:
    """Keys, and ends of file names, that are made by chance differ between two runs."""
    text = CHANCE_IN_FILE_NAME.sub("_<chance>", str(text))
    return UUID.sub(lambda found: found.group() if found.group().startswith("0000") else NEW_KEY, text)
