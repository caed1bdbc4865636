from __future__ import annotations

import io
import secrets
from typing import Any, Callable, Tuple

import pytest
from django.contrib import admin
from django.core.management import CommandError, call_command

from tests.guard.press.models import Passage, Section, Story, Topic
from tests.project.newsroom.models import Article
from tests.settings import channel_layers

Set = Callable[..., None]


@pytest.fixture(autouse=True)
def _own_rooms(settings: Any) -> None:
    settings.ADMIN_COLLABORATOR_KEY_PREFIX = secrets.token_hex(4)


@pytest.fixture
def article(database: str) -> Article:
    return Article.objects.create(title="Budget 2027")


@pytest.fixture
def redis_settings(settings: Any, redis_url: str) -> Any:
    """Settings of a project with everything in Redis."""
    settings.ADMIN_COLLABORATOR_REDIS_URL = redis_url
    settings.CHANNEL_LAYERS = channel_layers("pubsub", redis_url)
    return settings


@pytest.fixture
def command() -> Callable[..., Tuple[int, str]]:
    """A function that runs ``manage.py collaborator …``: exit code, and all that is printed."""

    def run(*arguments: str) -> Tuple[int, str]:
        out = io.StringIO()
        try:
            call_command("collaborator", *arguments, stdout=out, no_color=True)
        except CommandError as error:
            return error.returncode, out.getvalue() + str(error)
        return 0, out.getvalue()

    return run


@pytest.fixture
def story(database: str) -> Story:
    section = Section.objects.create(name="Politics")
    Section.objects.create(name="Sports")
    story = Story.objects.create(title="Budget", slug="budget", body="One\nTwo", section=section)
    story.topics.add(Topic.objects.create(name="Tax"))
    Passage.objects.create(story=story, text="A passage")
    return story


@pytest.fixture
def admin_of_stories(monkeypatch: Any) -> Set:
    """A function that gives the admin of stories other attributes."""

    def change(**attributes: Any) -> None:
        for name, value in attributes.items():
            monkeypatch.setattr(admin.site._registry[Story], name, value)

    change(inlines=[])
    return change
