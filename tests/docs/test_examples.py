"""The examples of the documentation run, in real consumers."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from channels.layers import channel_layers
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.checks import run_checks
from django.utils import timezone, translation

from django_admin_collaborator import conf, consumers
from django_admin_collaborator.page.configuration import config, script
from django_admin_collaborator.page.shown_form import ShownForm
from tests.docs import pages
from tests.docs.sockets import Socket, connected
from tests.project.newsroom import models
from tests.project.newsroom.models import Article
from tests.support.demo import configuration
from tests.support.people import Person, in_database


def address(article: Article) -> str:
    return f"/newsroom/article/{article.pk}/"


def set_updated_at(article: Article) -> str:
    moment = timezone.now() - timedelta(days=3)
    Article.objects.filter(pk=article.pk).update(updated_at=moment)
    return str(moment.isoformat())


@pytest.mark.parametrize("name", ["last_modified", "last_modified_async"])
async def test_the_models_own_time_reaches_the_clients(run, connect, ada, article, name):
    updated_at = in_database(lambda: set_updated_at(article))
    socket = await connect(run(name)["ArticleConsumer"], address(article), ada)
    assert (await socket.expect("user_joined"))["last_modified"] == updated_at


async def to_asgi(application: Any, opened: Any, person: Person, obj: Any, host: str = "cms.example.com") -> Any:
    """A socket to an object by the whole ASGI application, or None when it is refused."""
    origin = (b"origin", f"https://{host}".encode())
    headers = [(b"cookie", person.cookie.encode()), (b"host", b"cms.example.com"), origin]
    place = f"/admin/collaboration/newsroom/{obj._meta.model_name}/{obj.pk}/"
    socket = Socket(application, place, headers=headers)
    return socket if await connected(socket, opened) else None


@pytest.mark.parametrize("name", ["readme_asgi", "asgi"])
async def test_the_asgi_module_lets_in_who_comes_from_its_own_pages(run, opened, ada, article, settings, name):
    settings.ALLOWED_HOSTS = ["cms.example.com"]
    run("last_modified", "newsroom.consumers")
    application = run(name)["application"]
    tag = in_database(lambda: models.Tag.objects.create(name="harbour"))
    for obj in (article, tag):
        socket = await to_asgi(application, opened, ada, obj)
        assert (await socket.expect("user_joined"))["user_id"] == ada.id
        assert await to_asgi(application, opened, ada, obj, "elsewhere.example.org") is None


async def test_the_asgi_module_routes_one_model_to_a_consumer_of_its_own(run, opened, ada, article):
    updated_at = in_database(lambda: set_updated_at(article))
    run("last_modified", "newsroom.consumers")
    own = await to_asgi(run("asgi")["application"], opened, ada, article)
    assert (await own.expect("user_joined"))["last_modified"] == updated_at


def test_the_admin_of_the_readme_is_registered_with_the_mixin_first(run, monkeypatch):
    site = admin.AdminSite(name="readme")
    monkeypatch.setattr("django.contrib.admin.sites.site", site)
    run("readme_admin")
    assert "django_admin_collaborator/js/admin_edit.js" in str(site._registry[Article].media)
    said = {message.id for message in run_checks(tags=["admin_collaborator"], databases=[])}
    assert "django_admin_collaborator.E003" not in said
    admin.sites.all_sites.discard(site)


def join_desk(person: Person) -> None:
    person.user.groups.add(Group.objects.get_or_create(name="Desk")[0])


async def test_only_the_desk_comes_in_and_not_while_the_archive_is_moved(run, connect, ada, bob, article, settings):
    settings.ARCHIVE_IS_MOVING = False
    consumer = run("authorization")["DeskConsumer"]
    in_database(lambda: join_desk(ada))
    assert await connect(consumer, address(article), ada)
    assert await connect(consumer, address(article), bob) is None
    settings.ARCHIVE_IS_MOVING = True
    assert await connect(consumer, address(article), ada) is None


async def test_the_journal_notes_each_request_and_answers_it_as_always(run, connect, ada, bob, article, caplog):
    caplog.set_level(logging.DEBUG, "newsroom.journal")
    consumer = run("handlers")["JournalConsumer"]
    socket = await connect(consumer, address(article), ada)
    viewer = await connect(consumer, address(article), bob)
    await socket.say("claim_editor", timestamp="2027-01-01T00:00:00Z")
    await socket.expect("lease")
    await socket.say("request_editor_status")
    await socket.expect("editor_status", editor_id=ada.id)
    await socket.say("heartbeat")
    await socket.expect("alive")
    await socket.say("content_updated", timestamp="2027-01-01T00:00:00Z")
    await socket.expect("content_updated", user_id=ada.id)
    await viewer.say("request_attention")
    await viewer.expect("attention_sent")
    await socket.expect("attention_requested", user_id=bob.id)
    await socket.say("release_lock")
    await socket.expect("lock_released", user_id=ada.id)
    await viewer.disconnect()
    journal = [record for record in caplog.records if record.name == "newsroom.journal"]
    assert [record.getMessage() for record in journal if record.levelno == logging.INFO] == [
        f"ada.lovelace wants to edit {article.pk}",
        f"ada.lovelace asks who edits {article.pk}",
        f"ada.lovelace is still there in {article.pk}",
        f"ada.lovelace says to have saved {article.pk}",
        f"bob.brown calls the editor of {article.pk}",
        f"ada.lovelace gives back {article.pk}",
        f"bob.brown leaves {article.pk}",
    ]
    assert "a frame of 21 characters" in caplog.text  # the heartbeat


async def test_people_are_told_of_each_other_without_the_hosts_of_their_addresses(run, connect, ada, bob, article):
    consumer = run("events")["DiscreetConsumer"]
    socket = await connect(consumer, address(article), ada)
    joined = await socket.expect("user_joined", user_id=ada.id)
    assert joined["username"] == joined["email"] == "ada.lovelace"
    viewer = await connect(consumer, address(article), bob)
    assert (await socket.expect("user_joined", user_id=bob.id))["username"] == "bob.brown"
    await socket.say("claim_editor")
    assert (await viewer.expect("editor_status", editor_id=ada.id))["editor_name"] == "ada.lovelace"
    await socket.say("content_updated")
    assert (await viewer.expect("content_updated"))["username"] == "ada.lovelace"
    await viewer.say("request_attention")
    assert (await socket.expect("attention_requested"))["username"] == "bob.brown"
    await socket.say("release_lock")
    assert (await viewer.expect("lock_released"))["username"] == "ada.lovelace"
    await viewer.disconnect()
    assert (await socket.expect("user_left"))["username"] == "bob.brown"


async def test_the_chat_is_on_the_pages_of_articles_only(run, connect, ada, bob, article, caplog):
    caplog.set_level(logging.DEBUG, "newsroom.chat")
    consumer = run("chat")["ArticleChat"]
    assert await connect(consumer, "/chat/admin_newsroom_tag_7_change/", ada) is None
    place = f"/chat/admin_newsroom_article_{article.pk}_change/"
    one = await connect(consumer, place, ada)
    other = await connect(consumer, place, bob)
    assert (await one.expect("user_joined", user_id=bob.id))["email"] == ""
    await one.say("chat_message", recipient_id=bob.id, message=" hello ")
    assert (await other.expect("chat_message"))["message"] == "hello"
    await one.say("heartbeat")
    await one.expect("alive")
    await one.say("chat_message", recipient_id=10**6, message="anybody?")
    await one.expect("error", code="recipient_offline")
    await other.disconnect()
    assert (await one.expect("user_left", user_id=bob.id))["email"] == ""
    said = [
        record.getMessage()
        for record in caplog.records
        if record.name == "newsroom.chat" and record.levelno == logging.INFO
    ]
    assert said == [f"{ada.id} wrote to {bob.id}"]
    assert f"{ada.id} is still there" in caplog.text
    assert "a chat ended with" in caplog.text


async def test_a_consumer_of_ones_own_counts_the_staff_in_redis(run, connect, ada, bob, settings, redis_url):
    settings.ADMIN_COLLABORATOR_REDIS_URL = redis_url
    consumer = run("own_consumer")["OnlineConsumer"]
    one = await connect(consumer, "/online/", ada)
    assert (await one.expect("online"))["count"] == 1
    await connect(consumer, "/online/", bob)
    assert (await one.expect("online"))["count"] == 2
    await one.send_json_to({})
    assert (await one.expect("online"))["count"] == 2


async def test_a_consumer_of_ones_own_hears_that_redis_is_away(run, connect, ada, settings):
    settings.ADMIN_COLLABORATOR_REDIS_URL = "redis://127.0.0.1:1/0"
    settings.ADMIN_COLLABORATOR_REDIS_RETRY_DELAY = 0.01
    socket = await connect(run("own_consumer")["OnlineConsumer"], "/online/", ada)
    assert (await socket.expect("online"))["count"] is None


async def test_a_consumer_of_ones_own_refuses_who_is_not_of_the_staff(run, connect, ada, settings):
    ada.user.is_staff = False
    in_database(ada.user.save)
    assert await connect(run("own_consumer")["OnlineConsumer"], "/online/", ada) is None


async def test_the_documented_channel_layer_carries_messages(run, settings, redis_url, monkeypatch):
    given = run("channel_layers")
    settings.CHANNEL_LAYERS = given["CHANNEL_LAYERS"]
    settings.ADMIN_COLLABORATOR_REDIS_URL = given["ADMIN_COLLABORATOR_REDIS_URL"]
    assert run_checks(tags=["admin_collaborator"], databases=[]) == []
    settings.CHANNEL_LAYERS["default"]["CONFIG"]["hosts"][0]["address"] = redis_url
    layer = channel_layers.make_backend("default")
    channel = await layer.new_channel()
    await layer.group_add("somebody", channel)
    await layer.group_send("somebody", {"type": "hello"})
    assert await asyncio.wait_for(layer.receive(channel), 5) == {"type": "hello"}
    await layer.flush()
    await getattr(layer, "close", layer.flush)()


def test_a_lazy_text_is_translated_for_whoever_sees_the_page(run, settings, article, ada, rf):
    settings.ADMIN_COLLABORATOR_OPTIONS = run("texts")["ADMIN_COLLABORATOR_OPTIONS"]
    request = rf.get("/")
    request.user = ada.user
    settings.ADMIN_COLLABORATOR_OPTIONS["chat_offline_status_text"] = translation.gettext_lazy("No")
    with translation.override("de"):
        form = ShownForm(admin.site._registry[Article], request, {}, article)
        own = config(form, may_edit=False)
        given = configuration(script(own))["options"]
    assert given["editor_mode_text"] == "You are editing."  # the project has no German for it
    assert given["chat_offline_status_text"] == "Nein"
    assert given["enable_chat"] is conf.OPTIONS["enable_chat"]


def test_every_example_runs_here():
    source = "".join(pages.read(path) for path in Path(__file__).parent.glob("test_*.py"))
    assert [name for name in pages.examples() if f'"{name}"' not in source] == []


def test_every_documented_hook_of_a_consumer_has_an_example():
    shown = "".join(pages.examples().values())
    hooks = [
        name
        for cls in (consumers.AdminCollaborationConsumer, consumers.ChatConsumer)
        for name in vars(cls)
        if name.startswith(("handle_", "user_", "chat_", "lock_", "content_", "editor_", "attention_"))
    ]
    hooks += ["connect", "disconnect", "receive", "get_last_modified", "check_user_authorization"]
    assert [name for name in hooks if f"def {name}(" not in shown] == []
