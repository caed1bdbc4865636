from __future__ import annotations

import secrets

import pytest
from django.conf import settings

from tests.guard.newsdesk import Desk, desk
from tests.guard.press.models import Link, Passage, Section, Story, Topic

# Its apps are not installed here; test_stacked_packages.py runs it.
collect_ignore = [] if settings.SETTINGS_MODULE.endswith("stacked.settings") else ["stacked"]

both_databases = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
mariadb = pytest.param("mariadb", marks=pytest.mark.mariadb)
every_database = pytest.mark.parametrize("database", ["sqlite", "postgresql", mariadb], indirect=True)


@pytest.fixture(autouse=True)
def _database(database: str, settings) -> None:
    """Committed rows: what is guarded here is what transactions do. Rooms of their own: keys come again."""
    settings.ADMIN_COLLABORATOR_KEY_PREFIX = secrets.token_hex(4)


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
