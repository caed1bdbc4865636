"""Two tenants have the same primary keys of rows and users, and never meet."""

from __future__ import annotations

import asyncio
import secrets

import pytest
from django.contrib.auth import get_user_model
from django.core.checks import run_checks
from django.db import connection
from django_tenants.utils import schema_context

from django_admin_collaborator import editing
from django_admin_collaborator.operators import who_edits
from tests.project.newsroom.models import Article
from tests.requests.pages import in_thread
from tests.requests.tenants.settings import TENANT_MIDDLEWARE

URL = "/admin/newsroom/article/1/change/"


@pytest.fixture
def pages(desk):
    """The page of Ada of Ember and that of Ben of Birch; both are user 1 and show article 1."""
    ada, ben = desk("ember", "ada"), desk("birch", "ben")
    assert ada.user.pk == ben.user.pk
    return ada.open(URL), ben.open(URL)


def within(schema, work):
    def run():
        with schema_context(schema):
            return work()

    return in_thread(run)()


async def test_both_edit_and_save_and_no_name_crosses(pages, dial):
    lines = [await dial(page) for page in pages]
    tokens = [await line.lease() for line in lines]
    for page, line, token, name in zip(pages, lines, tokens, ("ada", "ben")):
        people = (await line.hear("room"))["room"]["people"]
        assert [person["name"] for person in people] == [name]
        page["title"] = f"by {name}"
        assert await in_thread(page.save)(token) == 302
    for schema, name in (("ember", "ada"), ("birch", "ben")):
        assert await within(schema, lambda: Article.objects.get(pk=1).title) == f"by {name}"


async def test_colleagues_of_one_tenant_meet(pages, dial, desk):
    await (await dial(pages[0])).lease()
    cat = (await in_thread(desk)("ember", "cat")).open
    welcome = await (await dial(await in_thread(cat)(URL))).hear("welcome")
    assert welcome["room"]["editor"]["name"] == "ada"
    page = await in_thread(cat)(URL)
    assert await in_thread(page.save)() == 423


@pytest.mark.parametrize("has_auth", [True, False], ids=["with AuthMiddlewareStack", "without"])
async def test_users_are_looked_up_in_their_own_schema(pages, dial, has_auth):
    ember, birch = [await dial(page, has_auth=has_auth) for page in pages]
    await ember.lease()
    await birch.lease()
    await asyncio.sleep(1)  # several looks at the rights of everybody
    assert (ember.communicator.future.done(), birch.communicator.future.done()) == (False, False)
    await within("ember", lambda: get_user_model().objects.update(is_active=False))
    assert await ember.ended() == 4401
    await birch.say("heartbeat", n=7)
    await birch.hear("alive", n=7)


async def test_chats_of_two_tenants_are_apart(pages, dial):
    paths = [page.config["chat"]["socket_path"] + "&member=" + page.member for page in pages]
    for page, path in zip(pages, paths):
        assert (await (await dial(page, path=path)).hear("active_users"))["users"] == []


async def test_an_operator_sees_the_rooms_of_their_own_tenant(pages, dial):
    for page in pages:
        await (await dial(page)).lease()
    for schema, name in (("ember", "ada"), ("birch", "ben")):
        (found,) = await within(schema, who_edits.open_objects)
        assert found.people["editor"]["name"] == name
    assert await within("public", who_edits.open_objects) == []


async def test_a_program_edits_in_the_tenant_that_it_is_in(pages, dial):
    await (await dial(pages[0])).lease()

    def edit():
        with editing.editing(Article.objects.get(pk=1), name="import"):
            return "edited"

    assert await within("birch", edit) == "edited"
    with pytest.raises(editing.EditedByAnother):
        await within("ember", edit)


async def test_a_save_by_a_program_is_told_in_its_own_tenant_alone(pages, dial, settings):
    settings.ADMIN_COLLABORATOR_KEY_PREFIX = secrets.token_hex(4)  # rooms of this test's own
    ember, birch = [await dial(page) for page in pages]
    await within("birch", lambda: Article.objects.get(pk=1).save())
    while not (await birch.hear("room"))["room"]["saved"]:
        pass
    assert not any(message["room"]["saved"] for message in ember.received if message["type"] == "room")


async def test_the_threads_of_others_stay_in_their_own_schema(pages, dial):
    """What a middleware does to the connection is not met by anybody else."""
    before = await in_thread(lambda: connection.schema_name)()
    await (await dial(pages[0])).lease()
    await asyncio.sleep(0.5)
    assert await in_thread(lambda: connection.schema_name)() == before


async def test_without_the_middleware_nobody_is_let_in_and_the_log_says_why(pages, dial, settings, warnings):
    settings.ADMIN_COLLABORATOR_REQUEST_MIDDLEWARE = None
    assert await (await dial(pages[0])).ended() == 4411
    assert (await dial(pages[0], path=pages[0].config["socket_path"].partition("?")[0])).code == 403
    (warning,) = warnings()
    assert TENANT_MIDDLEWARE in warning


def test_a_check_says_so_beforehand(settings):
    settings.ADMIN_COLLABORATOR_REQUEST_MIDDLEWARE = None
    (warning,) = [
        one
        for one in run_checks(tags=["admin_collaborator"], databases=[])
        if one.id == "django_admin_collaborator.W008"
    ]
    assert TENANT_MIDDLEWARE in warning.hint
