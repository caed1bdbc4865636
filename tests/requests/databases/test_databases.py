"""A row of one database never shares a room with a row of another."""

from __future__ import annotations

import secrets

import pytest
from django.db import connections

from django_admin_collaborator import editing
from django_admin_collaborator.access.identity import digest, page_key, realm_of, room_key
from django_admin_collaborator.operators import who_edits
from tests.project.newsroom.models import Memo
from tests.requests.pages import in_thread

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "archive"])


class ToArchive:
    """A router by which all memos live in the archive."""

    def db_for_read(self, model, **hints):
        return "archive" if model is Memo else None

    db_for_write = db_for_read


class FromReplica:
    """A router that reads from a copy of the default database."""

    def db_for_read(self, model, **hints):
        return "again"

    def db_for_write(self, model, **hints):
        return "default"


@pytest.fixture
def memos(desk, settings):
    settings.ADMIN_COLLABORATOR_KEY_PREFIX = secrets.token_hex(4)  # rooms of this test's own
    for alias in ("default", "archive"):
        Memo.objects.using(alias).create(pk=1, text=alias)


async def test_the_same_key_in_two_databases_is_two_rooms(memos, desk, dial):
    ada, ben = await in_thread(desk)("ada"), await in_thread(desk)("ben")
    present = await in_thread(ada.open)("/admin/newsroom/memo/1/change/")
    archived = await in_thread(ben.open)("/archive/newsroom/memo/1/change/")
    line, other = await dial(present), await dial(archived)
    await line.lease()
    await other.lease()
    for one in (line, other):
        people = (await one.hear("room"))["room"]["people"]
        assert [person["name"] for person in people] == ["ada" if one is line else "ben"]
    assert len(await in_thread(who_edits.open_objects)()) == 2


async def test_an_operator_sees_and_ends_the_editing_of_the_right_row(memos, desk, dial):
    ada, ben = await in_thread(desk)("ada"), await in_thread(desk)("ben")
    lines = [
        await dial(await in_thread(one.open)(f"/{site}/newsroom/memo/1/change/"))
        for one, site in ((ada, "admin"), (ben, "archive"))
    ]
    for line in lines:
        await line.lease()
    address = "/{}/django_admin_collaborator/editing/"
    for site, here in (("admin", "ada"), ("archive", "ben")):
        rows = (await in_thread(ada.client.get)(address.format(site))).context_data["rows"]
        assert [row["editor"]["name"] for row in rows] == [here]
    about = {"model": "newsroom.memo", "pk": "1", "reason": "Lunch"}
    await in_thread(ada.client.post)(address.format("archive") + "release/", about)
    await lines[1].hear("lease_lost")
    editors = [one.people["editor"] for one in await in_thread(who_edits.open_objects)()]
    assert [editor["name"] for editor in editors if editor] == ["ada"]


async def test_a_program_edits_beside_the_row_of_the_other_database(memos, desk, dial):
    ada = await in_thread(desk)("ada")
    await (await dial(await in_thread(ada.open)("/admin/newsroom/memo/1/change/"))).lease()

    def edit(alias):
        memo = Memo.objects.using(alias).get(pk=1)
        with editing.editing(memo, name="import") as edit:
            memo.text = "changed"
            edit.save()

    await in_thread(edit)("archive")
    with pytest.raises(editing.EditedByAnother):
        await in_thread(edit)("default")
    assert await in_thread(lambda: Memo.objects.using("archive").get(pk=1).text)() == "changed"
    assert await in_thread(lambda: Memo.objects.get(pk=1).text)() == "default"


def test_an_ordinary_project_keeps_its_keys(memos):
    assert realm_of(Memo) == ""
    assert room_key(Memo, 1) == digest("object", "newsroom.memo", "1")
    assert page_key("/admin/") == digest("page", "admin", "")


def test_two_names_of_one_database_are_one_realm(memos, settings):
    assert realm_of(Memo, "again") == ""
    assert realm_of(Memo, "archive") not in ("", realm_of(Memo, "again"))
    settings.DATABASE_ROUTERS = [FromReplica()]
    assert realm_of(Memo) == ""


def test_where_the_router_writes_is_where_the_row_is(memos, settings):
    settings.DATABASE_ROUTERS = [ToArchive()]
    assert realm_of(Memo) == realm_of(Memo, "archive") != ""
    assert room_key(Memo, 1) == room_key(Memo, 1, realm_of(Memo, "archive"))


def test_two_schemas_by_their_options_are_two_realms(memos):
    databases = connections.databases
    databases["other"] = {**databases["default"], "OPTIONS": {"options": "-c search_path=other"}}
    try:
        assert realm_of(Memo, "other") != ""
    finally:
        del databases["other"]


def by_text(connection, model):
    return f"{connection.alias}-{model and model._meta.model_name}"


def test_a_project_may_name_its_tenants_itself(memos, settings):
    before = room_key(Memo, 1), page_key("/admin/")
    settings.ADMIN_COLLABORATOR_TENANT = f"{__name__}.by_text"
    assert realm_of(Memo) not in ("", realm_of(), realm_of(Memo, "archive"))
    assert not {*before} & {room_key(Memo, 1), page_key("/admin/")}


async def saved(line):
    """What a page is told of the next save."""
    while True:
        room = (await line.hear("room"))["room"]
        if room["saved"]:
            return room["saved"]


async def test_a_save_meets_the_lease_of_its_own_row_alone(memos, desk, dial):
    ada, ben = await in_thread(desk)("ada"), await in_thread(desk)("ben")
    present = await in_thread(ada.open)("/admin/newsroom/memo/1/change/")
    archived = await in_thread(ben.open)("/archive/newsroom/memo/1/change/")
    line = await dial(archived)
    token = await line.lease()
    late = await in_thread(ada.open)("/archive/newsroom/memo/1/change/")
    assert await in_thread(late.save)() == 423
    assert await in_thread(present.save)() == 302
    archived["text"] = "by Ben"
    assert await in_thread(archived.save)(token) == 302
    assert (await saved(line))["name"] == "ben"


async def test_a_save_by_a_program_is_told_to_its_own_row_alone(memos, desk, dial):
    ada, ben = await in_thread(desk)("ada"), await in_thread(desk)("ben")
    line = await dial(await in_thread(ada.open)("/admin/newsroom/memo/1/change/"))
    other = await dial(await in_thread(ben.open)("/archive/newsroom/memo/1/change/"))
    await in_thread(lambda: Memo.objects.using("archive").get(pk=1).save())()
    await saved(other)
    assert not any(message["room"]["saved"] for message in line.received if message["type"] == "room")
