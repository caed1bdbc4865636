from __future__ import annotations

import secrets
from typing import Any, Callable, Dict, Iterator, List

import django
import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.sites import all_sites

from django_admin_collaborator.guard import current_write
from tests.guard.newsdesk import Desk, desk
from tests.guard.oracle import log
from tests.guard.oracle.sides import OwnUrls, Sessions, guarded
from tests.guard.press.models import Link, Passage, Section, Story, Topic
from tests.support import saves

# Their apps are not installed here; test_stacked_packages.py runs them.
collect_ignore = [name for name in ("packages", "stacked") if name not in settings.SETTINGS_MODULE.split(".")]
if django.VERSION < (5, 0):
    collect_ignore.append("test_newer_fields.py")

both_databases = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
mariadb = pytest.param("mariadb", marks=pytest.mark.mariadb)
every_database = pytest.mark.parametrize("database", ["sqlite", "postgresql", mariadb], indirect=True)
Use = Callable[..., None]
People = Dict[str, str]


@pytest.fixture(autouse=True)
def _database(database: str, settings) -> Iterator[None]:
    """Committed rows: what is guarded here is what transactions do. Rooms of their own: keys come again."""
    settings.ADMIN_COLLABORATOR_KEY_PREFIX = secrets.token_hex(4)
    yield
    saves.until_told()


@pytest.fixture
def people(database: str) -> People:
    """Session keys of those who play in the oracle, by name."""
    return Sessions()


@pytest.fixture(autouse=True)
def _no_fault(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test fails if the guard logs that it does not guard something, unless it is marked ``expects_fault``."""
    with log.listening() as heard:
        yield
    faults = [record.getMessage() for record in heard.take()]
    faults = [message for message in faults if any(words in message for words in log.FAULTS)]
    if request.node.get_closest_marker("expects_fault") is None:
        assert not faults, "the net was used"
        assert current_write.under_way() is None, "a write has not ended"
    current_write._stack.set(())  # what a test raises may be raised where a block ends


@pytest.fixture
def ada() -> Desk:
    return desk("ada")


@pytest.fixture
def ben() -> Desk:
    return desk("ben")


@pytest.fixture
def story() -> Story:
    story = Story.objects.create(
        title="Budget", slug="budget", body="First line\nSecond line", section=Section.objects.create(name="Politics")
    )
    story.topics.set([Topic.objects.create(name=name) for name in ("Tax", "Rent", "Food")][:2])
    for position, text in enumerate(["One", "Two", "Three"]):
        Passage.objects.create(story=story, text=text, position=position)
    link = Link.objects.create(story=story, url="https://example.com/one")
    link.topics.set([Topic.objects.get(name="Tax")])
    return story


@pytest.fixture
def use(settings: Any) -> Iterator[Use]:
    """Make a guarded admin with these attributes the only one of the model, at the usual address."""
    sites: List[admin.AdminSite] = []

    def make(model: Any, is_guarded: bool = True, bases: Any = (admin.ModelAdmin,), **attributes: Any) -> None:
        plain = type(f"{model.__name__}Admin", bases, {"__module__": __name__, **attributes})
        site = admin.AdminSite()
        site.register(model, guarded(plain) if is_guarded else plain)
        settings.ROOT_URLCONF = OwnUrls(site)
        sites.append(site)

    yield make
    for site in sites:
        all_sites.discard(site)
