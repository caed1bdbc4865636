"""Checks of what the package runs on: store, channel layer, versions, ASGI."""

from __future__ import annotations

import sys

import channels
import pytest
import redis
from django.core.checks import ERROR, WARNING

from tests.checks.layers import host, layer

CORE = "channels_redis.core.RedisChannelLayer"
PUBSUB = "channels_redis.pubsub.RedisPubSubChannelLayer"
IN_MEMORY = "channels.layers.InMemoryChannelLayer"


def test_a_sound_set_up_is_not_spoken_of(found):
    assert found() == {}


MEMORY = "django_admin_collaborator.stores.memory.MemoryStore"


def test_one_warning_and_nothing_else_speaks_of_a_single_process(found, settings):
    settings.ADMIN_COLLABORATOR_STORE = MEMORY
    settings.CHANNEL_LAYERS = {}
    assert set(found()) == {"W001"}


def test_locks_in_one_process_are_a_warning_in_production(found, settings):
    settings.ADMIN_COLLABORATOR_STORE = MEMORY
    message = found()["W001"]
    assert message.level == WARNING
    assert "ADMIN_COLLABORATOR_REDIS_URL" in message.hint
    assert "silence" in message.hint


@pytest.mark.parametrize("name", ["ADMIN_COLLABORATOR_REDIS_URL", "REDIS_URL"])
def test_either_setting_of_a_redis_is_enough(found, settings, name):
    settings.ADMIN_COLLABORATOR_REDIS_URL = settings.REDIS_URL = None
    setattr(settings, name, "redis://redis.example:6379/0")
    assert found() == {}


@pytest.mark.parametrize("layers", [{}, {"default": {"BACKEND": IN_MEMORY}}])
def test_no_channel_layer_is_asked_for(found, settings, layers):
    settings.CHANNEL_LAYERS = layers
    assert found() == {}


def test_a_single_process_is_fine_while_debugging(found, settings):
    settings.DEBUG = True
    settings.ADMIN_COLLABORATOR_STORE = MEMORY
    settings.CHANNEL_LAYERS = {}
    assert found() == {}


BLOCKED_HOSTS = [
    None,
    [("127.0.0.1", 6379)],
    ["redis://redis.example:6379/0"],
    [{"address": "redis://redis.example:6379/0"}],
    [host(socket_timeout=5)],
    [host(), ("127.0.0.1", 6379)],
]


@pytest.mark.parametrize("hosts", BLOCKED_HOSTS)
def test_the_core_layer_with_redis_py_8_and_a_time_out_is_a_warning(found, settings, monkeypatch, hosts):
    monkeypatch.setattr(redis, "__version__", "8.1.0")
    settings.CHANNEL_LAYERS = layer(hosts=hosts)
    message = found()["W014"]
    assert message.level == WARNING
    assert "8.1.0" in message.msg
    assert "'default'" in message.msg
    assert '"socket_timeout": None' in message.hint
    assert PUBSUB in message.hint


def test_every_channel_layer_of_the_project_is_looked_at(found, settings, monkeypatch):
    monkeypatch.setattr(redis, "__version__", "8.1.0")
    settings.CHANNEL_LAYERS = {**layer(), "other": {"BACKEND": CORE}}
    assert "'other'" in found()["W014"].msg


def test_a_subclass_of_the_core_layer_is_looked_at_too(found, settings, monkeypatch):
    monkeypatch.setattr(redis, "__version__", "8.1.0")
    settings.CHANNEL_LAYERS = layer("tests.checks.layers.OwnLayer", hosts=[("127.0.0.1", 6379)])
    assert "W014" in found()


@pytest.mark.parametrize(
    ("version", "layers"),
    [
        ("8.1.0", layer()),
        ("8.1.0", layer(PUBSUB, hosts=[("127.0.0.1", 6379)])),
        ("7.0.1", layer(hosts=[("127.0.0.1", 6379)])),
        ("8.1.0", {"default": {"BACKEND": "no.such.Layer"}, "other": {}}),
    ],
)
def test_other_layers_and_versions_keep_idle_sockets(found, settings, monkeypatch, version, layers):
    monkeypatch.setattr(redis, "__version__", version)
    settings.CHANNEL_LAYERS = layers
    assert "W014" not in found()


def test_channels_3_0_0_is_an_error(found, monkeypatch):
    monkeypatch.setattr(channels, "__version__", "3.0.0")
    message = found()["E002"]
    assert message.level == ERROR
    assert "3.0.1" in message.hint


@pytest.mark.parametrize("version", ["3.0.1", "3.0.5", "4.3.2"])
def test_other_versions_of_channels_are_fine(found, monkeypatch, version):
    monkeypatch.setattr(channels, "__version__", version)
    assert found() == {}


@pytest.fixture
def asgi_module(settings, monkeypatch, tmp_path):
    """A function that writes the module that ASGI_APPLICATION names."""

    def write(text: str) -> None:
        (tmp_path / "checked_asgi.py").write_text(text, encoding="utf-8")
        monkeypatch.syspath_prepend(tmp_path)
        settings.ASGI_APPLICATION = "checked_asgi.application"

    yield write
    assert "checked_asgi" not in sys.modules, "the check has run the project's start-up code"


def test_sessions_in_cookies_are_a_warning(found, settings):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    assert "logged out" in found()["W018"].msg


@pytest.fixture
def sockets_only(settings):
    settings.ADMIN_COLLABORATOR_TRANSPORTS = ("websocket",)


def test_a_project_without_an_asgi_application_is_served_over_http(found, settings):
    settings.ASGI_APPLICATION = None
    settings.ROOT_URLCONF = "no_such_project.urls"
    settings.SETTINGS_MODULE = "no_such_project.settings"
    assert found() == {}


def test_sockets_alone_without_an_asgi_application_are_a_warning(found, settings, sockets_only):
    settings.ASGI_APPLICATION = None
    settings.ROOT_URLCONF = "no_such_project.urls"
    settings.SETTINGS_MODULE = "no_such_project.settings"
    message = found()["W005"]
    assert message.level == WARNING
    assert "setup --asgi" in message.hint
    assert "guarded" in message.hint


def test_sockets_alone_without_their_routes_are_a_warning(found, asgi_module, sockets_only):
    asgi_module("from django.core.asgi import get_asgi_application\napplication = get_asgi_application()\n")
    message = found()["W005"]
    assert message.level == WARNING
    assert "routes of the sockets" in message.hint


def test_an_asgi_application_with_sockets_is_fine(found, asgi_module, sockets_only):
    asgi_module("from django_admin_collaborator.routing import websocket_urlpatterns\napplication = None\n")
    assert found() == {}


def test_an_asgi_module_beside_the_urls_is_found_without_being_named(found, settings, sockets_only):
    settings.ASGI_APPLICATION = None
    settings.ROOT_URLCONF = "tests.project.urls"
    assert found() == {}
