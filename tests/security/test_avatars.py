"""The address of an avatar is one that can only be a picture, before any page sees it."""

from __future__ import annotations

import threading

import pytest

from django_admin_collaborator.access import people
from django_admin_collaborator.core.room import Person


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        " JavaScript:alert(1)",
        "java\nscript:alert(1)",
        "\x01javascript:alert(1)",
        "vbscript:x",
        "data:text/html,<script>alert(1)</script>",
        "data:image/svg+xml,<svg onload=alert(1)>",
        "file:///etc/passwd",
        "\\\\evil.example\\x",
        "http://[::1",
        "https://\u202egnp.exe",
    ],
    ids=ascii,
)
def test_an_address_that_may_be_something_else_is_left_out(address):
    class User:
        portrait = address

    assert people.avatar_url(User(), "portrait") is None


@pytest.mark.parametrize(
    "address", ["/media/ada.png", "https://cdn.example/a b.png", "http://x/ü.png", "ada.png?x=1"]
)
def test_every_other_address_is_passed_on(address):
    assert people.safe_url(f" {address}\n") == address


@pytest.fixture
def storage(monkeypatch, settings):
    """One that says no address before it is told to."""
    settings.ADMIN_COLLABORATOR_OPTIONS = {"avatar_field": "portrait"}
    monkeypatch.setattr(people, "AVATAR_SECONDS", 0.05)
    is_told = threading.Event()

    class User:
        @property
        def portrait(self):
            is_told.wait()
            return "/ada.png"

    yield User()
    is_told.set()


def test_synchronous_code_does_not_wait_for_a_slow_storage(storage):
    assert people.avatar_in_time(storage) is None


async def test_nor_does_a_socket(storage):
    person = Person("1", 1, "ada", "Ada")
    assert await people.with_avatar(person, storage) == person
