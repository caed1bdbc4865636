"""A sound production set-up, and a function that says what the system checks say of it."""

from __future__ import annotations

from typing import Any, Callable, Dict, List

import pytest
from django.core.checks import CheckMessage, run_checks

from tests.checks.layers import layer

Found = Dict[str, CheckMessage]

PREFIX = "django_admin_collaborator."


@pytest.fixture
def sound(settings: Any) -> Any:
    """Settings with which nothing is to be said. Checks read settings and connect to nothing."""
    settings.DEBUG = False
    settings.ADMIN_COLLABORATOR_REDIS_URL = "redis://redis.example:6379/0"
    settings.CHANNEL_LAYERS = layer()
    settings.ASGI_APPLICATION = "tests.project.asgi.application"
    settings.ADMIN_COLLABORATOR_OPTIONS = {
        "viewer_mode_text": "{editor_name} is here.",
        "notification_message": "{username} asks.",
        "avatar_field": "avatar",
        "enable_chat": False,
        "notification_request_interval": 30,
    }
    return settings


@pytest.fixture
def found(sound: Any) -> Callable[[], Found]:
    """What our checks say now, by id without its prefix. Two of one id are a fault of the test."""

    def run() -> Found:
        messages: List[CheckMessage] = run_checks(tags=["admin_collaborator"], databases=[])
        assert all(message.id and message.id.startswith(PREFIX) for message in messages)
        by_id = {str(message.id)[len(PREFIX) :]: message for message in messages}
        assert len(by_id) == len(messages), messages
        return by_id

    return run
