"""Any user model: a UUID key, no email, no username; and users who lack what their model has."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.project.newsroom.models import Article
from tests.sockets.conftest import granted
from tests.support.people import Person, superuser
from tests.support.sockets import Socket, chat_path, edit_path, new_member

MAKE_TABLES = """
from django.core.management import call_command
call_command("migrate", run_syncdb=True, verbosity=0)
"""

MAKE_ROWS = """
import secrets
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from tests.project.newsroom.models import Article

result = {"article": Article.objects.create(title="Budget").pk, "members": []}
for name in ("ada", "Grace Hopper"):
    user = get_user_model().objects.create_superuser(name + " " + secrets.token_hex(4))
    client = Client()
    client.force_login(user)
    result["members"].append([str(user.pk), user.handle, client.cookies[settings.SESSION_COOKIE_NAME].value])
"""


@dataclass(frozen=True)
class Handle:
    """A user of the other model, whose table belongs to the server's settings alone."""

    pk: str
    handle: str


@pytest.fixture(scope="module")
def database_url(tmp_path_factory):
    return "sqlite://{}/handles.sqlite3".format(tmp_path_factory.mktemp("handles"))


@pytest.fixture
def server(serve, database_url):
    server = serve(store="memory", user_model="handle", database_url=database_url)
    server.run(MAKE_TABLES)
    return server


@pytest.fixture
def rows(server):
    return server.run(MAKE_ROWS)


@pytest.fixture
def members(rows):
    return [Person(Handle(pk, handle), session_key) for pk, handle, session_key in rows["members"]]


@pytest.fixture
def row(rows):
    return Article(pk=rows["article"])


async def test_a_user_without_email_and_username_edits_under_a_name(server, row, members):
    ada, grace = members
    path = edit_path(row)
    async with await server[0].socket(path, ada) as editor, await server[0].socket(path, grace) as viewer:
        own = await editor.expect("user_joined")
        assert (own["user_id"], own["username"]) == (ada.id, ada.user.handle)
        await granted(editor)
        told = await viewer.expect("editor_status", editor_id=ada.id)
        assert told["editor_name"] == ada.user.handle
        await viewer.send("request_attention", timestamp=None)
        asked = await editor.expect("attention_requested")
        assert (asked["user_id"], asked["username"]) == (grace.id, grace.user.handle)


async def test_a_page_shows_the_name_of_any_user(server, row, members):
    path = edit_path(row, new_member())
    async with await server[0].socket(path, members[1]) as page:
        welcome = await page.expect("welcome")
        assert welcome["user_id"] == members[1].id
        assert [person["name"] for person in welcome["room"]["people"]] == [members[1].user.handle]


async def test_chat_with_keys_that_are_no_numbers(server, members):
    ada, grace = members
    path = chat_path("/admin/")
    async with await server[0].socket(path, ada) as first, await server[0].socket(path, grace) as second:
        (known,) = (await second.expect("active_users"))["users"]
        assert (known["user_id"], known["username"], known["email"]) == (ada.id, ada.user.handle, "")
        await second.send("chat_message", recipient_id=ada.id, message="Hello")
        said = await first.expect("chat_message")
        assert (said["sender_id"], said["sender_name"], said["sender_email"]) == (grace.id, grace.user.handle, "")


@pytest.fixture
def unnamed(database):
    return [superuser("Nobody", email="", first_name="", last_name=""), superuser("Noemi No", email="")]


async def test_users_without_an_email_show_a_name(serve, article, join, unnamed):
    worker = serve(store="memory")[0]
    for person, name in zip(unnamed, ["nobody", "Noemi No"]):
        socket: Socket = await join(worker, article, person)
        assert (await socket.expect("user_joined"))["username"] == name
