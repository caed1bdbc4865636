"""The doctor tries everything for real, says what is wrong, and how to mend it."""

from __future__ import annotations

import socket
import threading
import time
from typing import Any, Iterator
from wsgiref.simple_server import make_server

import pytest
from django.core.wsgi import get_wsgi_application

from django_admin_collaborator.operators.doctor import address, layer, store
from tests.settings import channel_layers
from tests.support.processes import free_port

pytestmark = pytest.mark.usefixtures("database")

MEMORY = "django_admin_collaborator.stores.memory.MemoryStore"


def levels(found: Any) -> list:
    return [one.level for one in found]


@pytest.mark.parametrize("kind", ["pubsub", "core"])
def test_all_is_well(command: Any, redis_settings: Any, redis_url: str, kind: str) -> None:
    redis_settings.CHANNEL_LAYERS = channel_layers(kind, redis_url)
    code, said = command("doctor")
    assert code == 0, said
    assert "Redis keeps a room" in said
    assert "from one connection to another" in said
    assert "wrong" not in said


def test_one_process_without_redis_is_well(command: Any, settings: Any) -> None:
    settings.ADMIN_COLLABORATOR_STORE = MEMORY
    code, said = command("doctor")
    assert code == 0, said
    assert "right for exactly one" in said
    assert "nothing of ours needs one" in said
    assert "django_admin_collaborator.W001" in said, "the system checks warn all the same"


def test_a_rollback_journal_of_several_processes_is_spoken_of(command: Any, redis_settings: Any) -> None:
    code, said = command("doctor")
    assert code == 0, said
    assert "django_admin_collaborator.W006" in said
    assert "PRAGMA journal_mode=WAL" in said


def test_nothing_of_the_doctor_stays_in_redis(command: Any, redis_settings: Any, redis_server: Any) -> None:
    command("doctor")
    with redis_server.client() as client:
        assert all(0 < client.ttl(key) <= 600 for key in client.scan_iter())


def test_redis_is_down(command: Any, redis_settings: Any) -> None:
    url = f"redis://127.0.0.1:{free_port()}/0"
    redis_settings.ADMIN_COLLABORATOR_REDIS_URL = url
    redis_settings.CHANNEL_LAYERS = channel_layers("core", url)
    code, said = command("doctor")
    assert code == 1
    assert "Redis cannot be reached" in said
    assert "2 things are wrong" in said
    assert "See whether it runs" in said


def test_redis_hangs(redis_settings: Any, redis_server: Any) -> None:
    redis_server.freeze()
    began = time.monotonic()
    try:
        (found,) = store.findings()
        (message,) = layer.findings()
    finally:
        redis_server.thaw()
    assert "does not answer" in found.text
    assert message.level == "wrong"
    assert time.monotonic() - began < 30


@pytest.fixture
def password(redis_server: Any) -> Iterator[str]:
    with redis_server.client() as client:
        client.config_set("requirepass", "right")
        yield "right"
        client.auth("right")
        client.config_set("requirepass", "")


@pytest.mark.parametrize("given", ["", ":wrong@"])
def test_the_password_is_wrong_or_missing(redis_settings: Any, redis_url: str, password: str, given: str) -> None:
    redis_settings.ADMIN_COLLABORATOR_REDIS_URL = redis_url.replace("//", "//" + given)
    (found,) = store.findings()
    assert "does not let us in" in found.text
    assert "password" in found.remedy
    redis_settings.ADMIN_COLLABORATOR_REDIS_URL = redis_url.replace("//", f"//:{password}@")
    assert levels(store.findings()) == ["ok", "ok"]


def test_the_user_of_redis_may_not_write(redis_settings: Any, redis_server: Any, redis_url: str) -> None:
    with redis_server.client() as client:
        client.execute_command("ACL", "SETUSER", "reader", "on", ">secret", "~*", "+@read", "+@connection")
    redis_settings.ADMIN_COLLABORATOR_REDIS_URL = redis_url.replace("//", "//reader:secret@")
    (found,) = store.findings()
    assert "may not do what is needed" in found.text


def test_the_user_of_redis_may_use_no_channel(redis_settings: Any, redis_server: Any, redis_url: str) -> None:
    with redis_server.client() as client:
        client.execute_command("ACL", "SETUSER", "quiet", "reset", "on", ">secret", "~*", "+@all")
    redis_settings.ADMIN_COLLABORATOR_REDIS_URL = redis_url.replace("//", "//quiet:secret@")
    found = list(store.findings())
    assert levels(found) == ["ok", "warning", "ok"]
    assert "does not carry the news" in found[1].text
    _, _, rules = found[1].remedy.partition("<name> ")
    with redis_server.client() as client:
        client.execute_command("ACL", "SETUSER", "quiet", "-@all", "resetkeys", *rules.split())
    assert levels(store.findings()) == ["ok", "ok"]


def test_redis_is_a_replica(redis_settings: Any, redis_server: Any) -> None:
    with redis_server.client() as client:
        client.execute_command("REPLICAOF", "127.0.0.1", str(free_port()))
        try:
            (found,) = store.findings()
        finally:
            client.execute_command("REPLICAOF", "NO", "ONE")
    assert "replica" in found.text


def test_redis_is_full(redis_settings: Any, redis_server: Any) -> None:
    with redis_server.client() as client:
        client.config_set("maxmemory", "1")
        try:
            (found,) = store.findings()
        finally:
            client.config_set("maxmemory", "0")
    assert "no memory left" in found.text


def test_redis_evicts(redis_settings: Any, redis_server: Any) -> None:
    with redis_server.client() as client:
        client.config_set("maxmemory", "100mb")
        client.config_set("maxmemory-policy", "allkeys-lru")
        try:
            assert levels(store.findings()) == ["ok", "warning", "ok"]
        finally:
            client.config_set("maxmemory-policy", "noeviction")
            client.config_set("maxmemory", "0")


def test_redis_is_no_redis(redis_settings: Any) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        redis_settings.ADMIN_COLLABORATOR_REDIS_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        assert "does not answer" in next(store.findings()).text
    redis_settings.ADMIN_COLLABORATOR_REDIS_URL = "http://127.0.0.1/"
    assert "cannot be read" in next(store.findings()).text


@pytest.mark.parametrize(("seconds", "which"), [(90, "behind"), (-90, "ahead of")])
def test_the_clocks_differ(redis_settings: Any, seconds: float, which: str) -> None:
    found = list(store.findings(clock=lambda: time.time() + seconds))
    assert levels(found) == ["ok", "wrong"]
    assert f"90 s {which} the clock of this host" in found[1].text
    assert "NTP" in found[1].remedy


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        ({"default": {"BACKEND": "channels_redis.kore.RedisChannelLayer"}}, "cannot be made"),
        (channel_layers("core", "redis://127.0.0.1:1/0"), "does not carry messages"),
        (channel_layers("pubsub", "redis://127.0.0.1:1/0"), "did not reach another"),
    ],
    ids=["misspelt", "core-away", "pubsub-away"],
)
def test_the_layer_is_wrong(redis_settings: Any, layers: Any, said: str) -> None:
    redis_settings.CHANNEL_LAYERS = layers
    (found,) = layer.findings()
    assert found.level == "wrong"
    assert found.remedy
    assert said in found.text or "does not carry" in found.text


# The public address ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "level"),
    [
        ("ALLOWED_HOSTS", [], "wrong"),
        ("SECURE_PROXY_SSL_HEADER", ("X-Forwarded-Proto", "https"), "wrong"),
        ("SECURE_PROXY_SSL_HEADER", ("HTTP_X_FORWARDED_PROTO", "https"), "ok"),
        ("SECURE_SSL_REDIRECT", True, "warning"),
        ("CSRF_TRUSTED_ORIGINS", ["cms.example.com"], "wrong"),
    ],
)
def test_settings_that_make_trouble_behind_a_proxy(settings: Any, name: str, value: Any, level: str) -> None:
    setattr(settings, name, value)
    found = list(address.findings(None))
    if name == "CSRF_TRUSTED_ORIGINS" and address.django.VERSION < (4, 0):
        level = "ok"  # the form that Django 3.2 takes
    assert found[0].level == level
    assert levels(found)[-1] == "ok"


def of_origin(url: str) -> list:
    return [one for one in address.findings(url) if one.subject != "handshake"]


@pytest.fixture
def nobody() -> str:
    return f"127.0.0.1:{free_port()}"


def test_the_public_host_is_not_allowed(settings: Any, nobody: str) -> None:
    settings.ALLOWED_HOSTS = ["cms.example.com"]
    found = of_origin(f"http://{nobody}")
    assert [(one.subject, one.level) for one in found] == [("ALLOWED_HOSTS", "wrong"), ("origin", "wrong")]


def test_a_proxy_that_ends_tls_has_to_say_so(settings: Any, nobody: str) -> None:
    assert levels(of_origin(f"https://{nobody}")) == ["warning"]
    settings.CSRF_TRUSTED_ORIGINS = [f"https://{nobody}"]
    assert levels(of_origin(f"https://{nobody}")) == ["ok"]
    settings.CSRF_TRUSTED_ORIGINS = []
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert levels(of_origin(f"https://{nobody}")) == ["ok"]


@pytest.mark.parametrize("program", ["uvicorn", "daphne"])
def test_a_handshake_reaches_the_consumer(serve: Any, command: Any, program: str) -> None:
    server = serve(store="memory", program=program)
    code, said = command("doctor", "--url", server.url)
    assert code == 0, said
    assert "reaches our consumer" in said


def test_a_handshake_finds_no_route(serve: Any, command: Any, settings: Any) -> None:
    server = serve(store="memory")
    settings.ADMIN_COLLABORATOR_WEBSOCKET_CONNECTION_PREFIX_URL = "elsewhere"
    code, said = command("doctor", "--url", server.url)
    assert code == 1
    assert "is 500" in said
    assert "websocket_urlpatterns is missing" in said


def test_a_project_that_is_served_by_wsgi_has_no_sockets(command: Any) -> None:
    with make_server("127.0.0.1", 0, get_wsgi_application()) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        code, said = command("doctor", "--url", f"http://127.0.0.1:{server.server_port}")
    assert code == 1
    assert "did not reach our consumer" in said
    assert "by ASGI" in said


def test_nobody_answers_at_the_address(command: Any, nobody: str) -> None:
    code, said = command("doctor", "--url", f"http://{nobody}")
    assert code == 1
    assert "does not answer (ConnectionRefusedError" in said
