from __future__ import annotations

import secrets
from functools import partial
from typing import Any, Callable

import pytest

from django_admin_collaborator.access import people
from django_admin_collaborator.access.identity import room_key
from django_admin_collaborator.core import lease, presence
from django_admin_collaborator.core.room import Member, Room
from django_admin_collaborator.rooms import sync
from tests.project.newsroom.models import Article
from tests.support.people import Person


@pytest.fixture(autouse=True)
def _own_rooms(settings: Any) -> None:
    """Keys of the database come again; what was left in a room of the test before does not."""
    settings.ADMIN_COLLABORATOR_KEY_PREFIX = secrets.token_hex(4)
    settings.ADMIN_COLLABORATOR_TAKEOVER_SECONDS = 1


@pytest.fixture
def article(database: str) -> Article:
    return Article.objects.create(title="Budget 2027")


def room_of(obj: Any) -> Room:
    return sync.apply(room_key(type(obj), obj.pk), lambda room, now: presence.settle(room, now)).room


class Page:
    """A page of somebody at an object, as its room sees it."""

    def __init__(self, obj: Any, person: Person) -> None:
        self.key = room_key(type(obj), obj.pk)
        self.id = "page-" + secrets.token_hex(8)
        described = people.describe(person.user)
        member = Member(self.id, described.key, 0.0, 0.0, connection=self.id, may_edit=True, may_take_over=True)
        subject = (obj._meta.label_lower, str(obj.pk))
        self.do(presence.join, member=member, person=described, subject=subject)

    def do(self, rule: Callable[..., Any], **arguments: Any) -> Any:
        return sync.apply(self.key, partial(rule, **arguments))

    def claim(self, wait: bool = False) -> Any:
        return self.do(lease.claim, member_id=self.id, wait=wait)

    @property
    def token(self) -> int:
        found = self.do(lambda room, now: presence.settle(room, now)).room.lease
        assert found.holder == self.id
        return int(found.token)

    def release(self) -> None:
        self.do(lease.release, member_id=self.id, token=self.token)

    def edits(self) -> bool:
        found = self.do(lambda room, now: presence.settle(room, now)).room
        return bool(found.editor() and found.lease.holder == self.id)
