"""The doctor tries everything for real, says what is wrong, and how to mend it."""

from __future__ import annotations

import itertools
import socket
import time
import urllib.request
from typing import Any, Iterator

import pytest
from django.contrib import admin
from django.contrib.sessions.models import Session
from django.db import models
from django.test.utils import isolate_apps

from django_admin_collaborator.operators.doctor import address, layer, report, store
from django_admin_collaborator.utils import CollaborativeAdminMixin
from tests.settings import channel_layers
from tests.support.people import staff
from tests.support.processes import free_port
from tests.support.servers import ASGI_SERVERS

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


def test_the_usual_hardening_of_redis_takes_nothing_away(
    redis_settings: Any, redis_server: Any, redis_url: str
) -> None:
    with redis_server.client() as client:
        rules = ("on", ">secret", "~*", "&*", "+@all", "-@dangerous", "-@admin")
        client.execute_command("ACL", "SETUSER", "hardened", "reset", *rules)
    redis_settings.ADMIN_COLLABORATOR_REDIS_URL = redis_url.replace("//", "//hardened:secret@")
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


def test_a_text_instead_of_a_list_is_told_once(settings: Any) -> None:
    settings.CSRF_TRUSTED_ORIGINS = "https://cms.example.com"
    (text,) = [one for one in address.findings(None) if one.subject == "CSRF_TRUSTED_ORIGINS"]
    assert text.remedy == "Write ['https://cms.example.com']."


@pytest.mark.parametrize(
    ("name", "value"), [("SESSION_COOKIE_SECURE", True), ("SESSION_COOKIE_DOMAIN", "cms.example.org")]
)
def test_a_cookie_that_no_browser_sends(settings: Any, name: str, value: Any) -> None:
    assert name not in [one.subject for one in of_settings("http://cms.example.com")]
    setattr(settings, name, value)
    assert name in [one.subject for one in of_settings("http://cms.example.com")]


def of_settings(url: str) -> list:
    """What is found before anything is tried."""
    return list(itertools.takewhile(lambda one: one.subject != "page", address.findings(url)))


@pytest.fixture
def nobody() -> str:
    return f"127.0.0.1:{free_port()}"


def of_origin(url: str) -> list:
    return [one for one in address.findings(url) if one.subject != "page"]


def test_the_public_host_is_not_allowed(settings: Any, nobody: str) -> None:
    settings.ALLOWED_HOSTS = ["cms.example.com"]
    found = of_origin(f"http://{nobody}")
    assert [(one.subject, one.level) for one in found] == [("ALLOWED_HOSTS", "wrong"), ("origin", "wrong")]


def test_a_proxy_that_ends_tls_has_to_say_so(settings: Any, nobody: str) -> None:
    assert levels(of_origin(f"https://{nobody}")) == ["warning"]
    settings.CSRF_TRUSTED_ORIGINS = [f"https://{nobody}"]
    assert levels(of_origin(f"https://{nobody}")) == []
    settings.CSRF_TRUSTED_ORIGINS = []
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert levels(of_origin(f"https://{nobody}")) == []


# A page, as a person opens it ------------------------------------------------------------------


@pytest.fixture
def try_page(command: Any, ada: Any, article: Any) -> Any:
    """A function that gives the exit code of ``doctor --url``, and what it says of the page, by subject."""

    def run(url: str, *arguments: str) -> tuple:
        code, said = command("doctor", "--url", url, *arguments)
        return code, said[said.index("page: ") :] if "page: " in said else said

    return run


@pytest.mark.parametrize("program", ASGI_SERVERS)
def test_a_page_is_live(serve: Any, try_page: Any, program: str) -> None:
    code, said = try_page(serve(store="memory", program=program).url)
    assert code == 0, said
    assert "A change form opens, served by ASGI." in said
    assert "scripts and styles are there" in said
    assert "A WebSocket opens, and is welcome" in said
    assert "A page without a WebSocket is answered, and welcome." in said


def test_a_page_without_sockets_is_served_by_wsgi(serve: Any, try_page: Any) -> None:
    code, said = try_page(serve(store="sql", program="wsgi").url)
    assert code == 0, said
    assert "served by WSGI, without WebSockets: pages ask every 2 seconds" in said
    assert "A page without a WebSocket is answered, and welcome." in said


def test_nothing_of_the_visit_is_left(serve: Any, try_page: Any) -> None:
    before = Session.objects.count()
    try_page(serve(store="sql").url)
    assert Session.objects.count() == before


MISTAKES = "tests.operators.applications:"


def test_static_files_are_missing(serve: Any, try_page: Any) -> None:
    code, said = try_page(serve(store="memory", application=MISTAKES + "without_static_files").url)
    assert code == 1
    assert "scripts and styles are missing: /static/django_admin_collaborator/" in said
    assert "collectstatic" in said
    assert "1 thing is wrong" in said


def test_the_routes_are_missing(serve: Any, try_page: Any) -> None:
    said = try_page(serve(store="memory", application=MISTAKES + "without_routes").url)[1]
    assert "is 500" in said
    assert "websocket_urlpatterns is missing" in said


def test_the_application_has_no_sockets(serve: Any, try_page: Any) -> None:
    said = try_page(serve(store="memory", application=MISTAKES + "without_sockets").url)[1]
    assert "warning socket" in said, "pages ask instead"
    assert "websocket_urlpatterns" in said


def test_nobody_is_logged_in_on_sockets(serve: Any, try_page: Any) -> None:
    code, said = try_page(serve(store="memory", application=MISTAKES + "without_login").url)
    assert code == 1
    assert "Put AuthMiddlewareStack around URLRouter" in said
    assert "1 thing is wrong" in said


def test_the_session_cookie_does_not_reach_the_sockets(serve: Any, try_page: Any, settings: Any) -> None:
    settings.SESSION_COOKIE_PATH = "/admin"
    options = {"ADMIN_COLLABORATOR_WEBSOCKET_CONNECTION_PREFIX_URL": "live", "SESSION_COOKIE_PATH": "/admin"}
    code, said = try_page(serve(store="memory", settings=options).url)
    assert code == 1
    assert "Browsers send the session cookie below /admin only, and sockets are at /live/newsroom" in said


@pytest.mark.parametrize("host", ["$host", "$proxy_host"])
def test_the_proxy_does_not_pass_the_host_on_or_not_its_port(
    serve: Any, try_page: Any, nginx: Any, host: str
) -> None:
    headers = f"proxy_set_header Host {host}; proxy_http_version 1.1;"
    headers += 'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";'
    to = serve(store="memory").url
    proxy = nginx(f"server {{ listen 127.0.0.1:{{port}}; location / {{ proxy_pass {to}; {headers} }} }}")
    code, said = try_page(proxy.url)
    assert code == 1
    assert "The server sees the host '127.0.0.1" in said
    assert f"instead of '127.0.0.1:{proxy.port}'" in said
    assert "proxy_set_header Host $http_host" in said
    assert "AuthMiddlewareStack" not in said


def test_several_processes_have_a_memory_of_their_own(serve: Any, try_page: Any) -> None:
    code, said = try_page(serve(store="memory", program="gunicorn").url)
    assert code == 1
    assert "processes serve, and each keeps the rooms in its own memory" in said
    code, said = try_page(serve(store="sql", program="gunicorn").url)
    assert code == 0, said


@pytest.mark.parametrize("program", ["uvicorn", "gunicorn"])
def test_the_store_of_the_server_is_down_and_no_word_is_said_of_routes(
    serve: Any, try_page: Any, program: str
) -> None:
    server = serve(redis_url=f"redis://127.0.0.1:{free_port()}/0", store="", channel_layer="none", program=program)
    code, said = try_page(server.url)
    assert code == 1
    assert "does not reach its store" in said
    assert "rout" not in said


def test_the_server_does_not_know_the_session(serve: Any, try_page: Any) -> None:
    code, said = try_page(serve(store="memory", settings={"SECRET_KEY": "another"}).url)
    assert code == 1
    assert "does not know the session" in said
    assert "SECRET_KEY" in said


def test_an_answer_to_the_doctor_needs_its_signature(serve: Any, ada: Any, article: Any) -> None:
    url = serve(store="memory").url + f"/admin/newsroom/article/{article.pk}/change/"
    for value, told in ((report.question("http://a"), True), ("forged", False)):
        headers = {report.HEADER: value, "Cookie": ada.cookie}
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
            assert (report.HEADER in answer.headers) is told


def test_the_page_of_somebody_who_may_not_see_it(serve: Any, try_page: Any) -> None:
    staff("Cat Cole")
    url = serve(store="memory").url
    assert "answers 403" in try_page(url, "--user", "cat.cole")[1]
    code, said = try_page(url, "--user", "nobody")
    assert "There is no user 'nobody'" in said
    assert code == 1


def test_without_an_object_no_page_is_opened(serve: Any, command: Any, ada: Any) -> None:
    code, said = command("doctor", "--url", serve(store="memory").url)
    assert code == 0, said
    assert "no model with the mixin has an object yet" in said


@isolate_apps("tests.project.newsroom")
def test_a_model_whose_table_was_not_made_is_passed_over(try_page: Any, nobody: str) -> None:
    class Draft(models.Model):
        class Meta:
            app_label = "newsroom"

    site = admin.AdminSite(name="a site before all others")
    site.register(Draft, type("DraftAdmin", (CollaborativeAdminMixin, admin.ModelAdmin), {}))
    assert "does not answer" in try_page(f"http://{nobody}")[1]


def test_nobody_answers_at_the_address(try_page: Any, nobody: str) -> None:
    code, said = try_page(f"http://{nobody}")
    assert code == 1
    assert "does not answer (ConnectionRefusedError" in said
