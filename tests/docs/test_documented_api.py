"""The documented API of 0.4.5: every class, method, signature, setting and text is still there."""

from __future__ import annotations

import importlib
import inspect
from datetime import datetime, timedelta
from typing import Any

import pytest
from channels.generic.websocket import AsyncWebsocketConsumer
from django.urls import URLPattern

from django_admin_collaborator import conf
from django_admin_collaborator.consumers import RedisClientMixin, get_utc_timestamp
from django_admin_collaborator.routing import websocket_urlpatterns
from django_admin_collaborator.utils import CollaborativeAdminMixin

METHODS = """
utils.CollaborativeAdminMixin                def change_view(request, object_id, form_url='', extra_context=None)

consumers.AdminCollaborationConsumer         async attention_requested(event)
consumers.AdminCollaborationConsumer         async connect()
consumers.AdminCollaborationConsumer         async content_updated(event)
consumers.AdminCollaborationConsumer         async disconnect(close_code)
consumers.AdminCollaborationConsumer         async editor_status(event)
consumers.AdminCollaborationConsumer         def get_last_modified()
consumers.AdminCollaborationConsumer         async handle_claim_editor(timestamp)
consumers.AdminCollaborationConsumer         async handle_content_updated(timestamp)
consumers.AdminCollaborationConsumer         async handle_editor_status_request()
consumers.AdminCollaborationConsumer         async handle_heartbeat()
consumers.AdminCollaborationConsumer         async handle_release_lock()
consumers.AdminCollaborationConsumer         async handle_request_attention()
consumers.AdminCollaborationConsumer         async lock_released(event)
consumers.AdminCollaborationConsumer         async receive(text_data)
consumers.AdminCollaborationConsumer         async user_joined(event)
consumers.AdminCollaborationConsumer         async user_left(event)

consumers.ChatConsumer                       async chat_message(event)
consumers.ChatConsumer                       async connect()
consumers.ChatConsumer                       async disconnect(close_code)
consumers.ChatConsumer                       async handle_chat_message(recipient_id, message)
consumers.ChatConsumer                       async handle_heartbeat()
consumers.ChatConsumer                       async receive(text_data)
consumers.ChatConsumer                       async user_joined(event)
consumers.ChatConsumer                       async user_left(event)

consumers.RedisClientMixin                   async check_user_authorization()
consumers.RedisClientMixin                   def get_timestamp()
"""

SETTINGS = {
    "ADMIN_COLLABORATOR_ADMIN_URL": "admin",
    "ADMIN_COLLABORATOR_WEBSOCKET_CONNECTION_PREFIX_URL": "admin/collaboration",
    "ADMIN_COLLABORATOR_REDIS_MAX_RETRIES": 3,
    "ADMIN_COLLABORATOR_REDIS_RETRY_DELAY": 0.5,
    "ADMIN_COLLABORATOR_REDIS_SOCKET_TIMEOUT": 5,
    "ADMIN_COLLABORATOR_REDIS_MAX_CONNECTIONS": 10,
}

OPTIONS = {
    "editor_mode_text": "You are in editor mode.",
    "viewer_mode_text": "This page is being edited by {editor_name}. You cannot make changes until they leave.",
    "claiming_editor_text": "The editor has left. The page will refresh shortly to allow editing.",
    "avatar_field": None,
    "notification_request_interval": 15,
    "notification_message": "User {username} is requesting the editors attention.",
    "notification_button_text": "Request Editor Attention",
    "notification_request_sent_text": "Request sent.",
    "enable_chat": True,
    "chat_user_list_title": "Online Users",
    "chat_empty_state_text": "No other users online",
    "chat_start_conversation_text": "No messages yet. Start the conversation!",
    "chat_input_placeholder": "Type a message...",
    "chat_online_status_text": "Online",
    "chat_offline_status_text": "Offline",
    "chat_offline_placeholder": "User is offline. Messages cannot be sent.",
    "chat_cannot_send_message": "Cannot send message. User is offline.",
}


def find(address: str) -> Any:
    module, _, name = address.rpartition(".")
    return getattr(importlib.import_module("django_admin_collaborator." + module), name)


@pytest.mark.parametrize("line", [line for line in METHODS.splitlines() if line])
def test_each_documented_method_is_there_with_its_signature(line):
    address, kind, call = line.split(None, 2)
    name = call.partition("(")[0]
    method = getattr(find(address), name)
    documented = inspect.signature(eval(f"lambda self, {call[len(name) + 1 : -1]}: None"))
    ours = list(inspect.signature(method).parameters.values())
    for expected in documented.parameters.values():
        given = ours.pop(0)
        assert (given.name, given.kind) == (expected.name, expected.kind)
        if expected.default is not expected.empty:
            assert given.default == expected.default
    assert all(extra.default is not extra.empty for extra in ours), "a call as documented would fail"
    assert inspect.iscoroutinefunction(method) == (kind == "async")
    assert method.__doc__


@pytest.mark.parametrize("address", sorted({line.split()[0] for line in METHODS.splitlines() if line}))
def test_each_documented_class_is_defined_where_it_is_documented(address):
    cls = find(address)
    assert f"{cls.__module__}.{cls.__qualname__}" == "django_admin_collaborator." + address


@pytest.mark.parametrize("name", ["AdminCollaborationConsumer", "ChatConsumer"])
def test_the_consumers_have_their_documented_bases(name):
    consumer = find("consumers." + name)
    assert issubclass(consumer, RedisClientMixin)
    assert issubclass(consumer, AsyncWebsocketConsumer)
    assert not issubclass(RedisClientMixin, AsyncWebsocketConsumer)


def test_the_mixin_has_the_documented_media():
    assert CollaborativeAdminMixin.Media.css == {"all": ["django_admin_collaborator/css/admin_chat.css"]}
    assert CollaborativeAdminMixin.Media.js == [
        "django_admin_collaborator/js/admin_edit.js",
        "django_admin_collaborator/js/admin_chat.js",
    ]
    assert CollaborativeAdminMixin.Media.__bases__ == (object,)


@pytest.mark.parametrize("now", [get_utc_timestamp, lambda: RedisClientMixin().get_timestamp()])
def test_timestamps_are_utc_with_their_offset(now):
    moment = datetime.fromisoformat(now())
    assert moment.utcoffset() == timedelta(0)
    assert abs(datetime.now(moment.tzinfo) - moment) < timedelta(seconds=5)


def test_the_routes_are_a_list_for_a_router():
    assert isinstance(websocket_urlpatterns, list)
    assert all(isinstance(route, URLPattern) for route in websocket_urlpatterns)


def test_every_documented_setting_has_its_default():
    assert {name: conf.SETTINGS[name].default for name in SETTINGS} == SETTINGS
    assert "ADMIN_COLLABORATOR_REDIS_URL" in conf.SETTINGS
    assert "ADMIN_COLLABORATOR_OPTIONS" in conf.SETTINGS


def test_every_documented_option_has_its_default():
    assert {name: conf.OPTIONS[name] for name in OPTIONS} == OPTIONS


def test_the_redis_of_the_project_is_taken_where_none_is_set_for_us(settings):
    settings.REDIS_URL = "redis://shared.example:6379/0"
    settings.ADMIN_COLLABORATOR_REDIS_URL = "redis://own.example:6379/0"
    assert conf.redis_url() == "redis://own.example:6379/0"
    del settings.ADMIN_COLLABORATOR_REDIS_URL
    assert conf.redis_url() == "redis://shared.example:6379/0"
    del settings.REDIS_URL
    assert conf.redis_url() is None


OF_CONSUMERS = """
connect disconnect receive send send_json encode_json close dispatch websocket_connect websocket_receive redis
redis_call check_user_authorization in_thread get_timestamp scope user channel_layer
redis_client redis_get redis_set redis_setex redis_delete redis_exists redis_hset redis_hgetall redis_hdel
redis_pipeline_execute user_joined user_left
""".split()  # noqa: SIM905 (a list would have one on each line)
OF_EDITING = """
handle_editor_status_request handle_claim_editor handle_heartbeat handle_content_updated handle_release_lock
handle_request_attention editor_status content_updated lock_released attention_requested get_last_modified
""".split()  # noqa: SIM905
OF_CHAT = ["handle_chat_message", "handle_heartbeat", "chat_message"]


@pytest.mark.parametrize(("name", "own"), [("AdminCollaborationConsumer", OF_EDITING), ("ChatConsumer", OF_CHAT)])
def test_no_plain_name_of_a_consumer_is_ours_but_the_documented_ones(name, own):
    """A project's subclass may use every other name; what is set in ``connect`` is tried in tests/moving."""
    ours = {
        attribute
        for base in find("consumers." + name).__mro__
        if base.__module__.startswith("django_admin_collaborator.")
        for attribute in (*vars(base), *vars(base).get("__annotations__", ()))
        if not attribute.startswith("_")
    }
    assert ours == {*OF_CONSUMERS, *own}
