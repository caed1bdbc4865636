"""Every save that is refused is on the logger of refusals: who, from where, about which row, and never a value."""

from __future__ import annotations

import logging

import pytest
from django.core import signing

from django_admin_collaborator.access import identity, security_log
from django_admin_collaborator.guard.version import base as bases
from tests.guard.newsdesk import Desk
from tests.guard.press.models import Story
from tests.guard.tabs import Tab

LOGGER = "django_admin_collaborator.security"


@pytest.fixture
def refusals(caplog, monkeypatch):
    """What was logged: the fields of each line, and its level."""
    caplog.set_level(logging.INFO, LOGGER)
    monkeypatch.setattr(security_log, "_buckets", {})
    monkeypatch.setattr(security_log, "_unsaid", 0)

    def lines():
        records = [record for record in caplog.records if record.name == LOGGER]
        assert "Mine" not in caplog.text
        return [{**record.collaborator, "level": record.levelname} for record in records]

    return lines


def expected(event, desk, room, level):
    return {
        "event": event,
        "user": str(desk.user.pk),
        "address": "127.0.0.1",
        "room": room,
        "unsaid": 0,
        "level": level,
    }


def room_of(story: Story) -> str:
    return identity.room_key(Story, story.pk)


def test_a_save_while_another_edits(refusals, ada: Desk, ben: Desk, story: Story):
    Tab(story, ada.user).claim()
    form = ben.open(story)
    form["title"] = "Mine"
    assert form.save().status == 423
    assert refusals() == [expected("save-held", ben, room_of(story), "INFO")]


def test_a_save_over_a_changed_row(refusals, ada: Desk, story: Story):
    form = ada.open(story)
    form["title"] = "Mine"
    Story.objects.update(title="Theirs")
    assert form.save().status == 409
    assert refusals() == [expected("save-changed", ada, room_of(story), "INFO")]


@pytest.mark.parametrize("kind", ["of another user", "of another object", "tampered with", "signed by another key"])
def test_a_base_that_is_not_ours_to_trust(refusals, ada: Desk, ben: Desk, story: Story, kind):
    other = Story.objects.create(title="Other", slug="other", section=story.section)
    form = ada.open(story)
    form["title"] = "Mine"
    foreign = {
        "of another user": ben.open(story)[bases.FIELD],
        "of another object": ada.open(other)[bases.FIELD],
        "tampered with": form[bases.FIELD][:-1] + ("a" if form[bases.FIELD][-1] != "a" else "b"),
        "signed by another key": signing.dumps([1], key="stolen", salt="django_admin_collaborator.base"),
    }
    form[bases.FIELD] = foreign[kind]
    assert (form.save().status, Story.objects.get(pk=story.pk).title) == (409, "Budget")
    assert refusals() == [expected("save-base-forged", ada, room_of(story), "WARNING")]


def test_a_foreign_base_in_an_editable_list_and_on_a_confirmation(refusals, ada: Desk, ben: Desk, story: Story):
    page = ada.open(story, "delete")
    ben.client.get(page.url)
    (name,) = [name for name in ada.client.cookies if name.startswith("collaborator_")]
    ada.client.cookies[name] = ben.client.cookies[name].value
    assert page.post().status == 409
    assert refusals() == [expected("save-base-forged", ada, room_of(story), "WARNING")]
