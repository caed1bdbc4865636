from __future__ import annotations

import io
import secrets
from typing import Any, Callable, Tuple

import pytest
from django.core.management import CommandError, call_command

from tests.project.newsroom.models import Article
from tests.settings import channel_layers


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
