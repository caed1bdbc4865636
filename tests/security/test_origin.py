"""A socket is opened by pages of this site alone, by Django's own rules."""

from __future__ import annotations

import pytest

from django_admin_collaborator.access import origins
from tests.security.conftest import SecurityLog
from tests.sockets.conftest import handshake_status
from tests.support.people import log_out
from tests.support.sockets import chat_path, edit_path, new_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def trusted(settings):
    """``trusted(origin, host, scheme, **headers)``: whether that page may open a socket to that host."""
    settings.ALLOWED_HOSTS = ["cms.example.com", "[::1]", "10.0.0.1"]

    def ask(page, host="cms.example.com", scheme="ws", **headers):
        given = [(b"host", host.encode())]
        pages = [page] if isinstance(page, (str, type(None))) else page
        given += [(b"origin", one.encode("latin1")) for one in pages if one is not None]
        given += [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        return origins.is_trusted({"headers": given, "scheme": scheme, "path": "/", "server": ("10.0.0.1", 8000)})

    return ask


@pytest.mark.parametrize(
    ("page", "host", "scheme"),
    [
        ("http://cms.example.com", "cms.example.com", "ws"),
        ("https://cms.example.com", "cms.example.com", "wss"),
        ("https://cms.example.com", "cms.example.com", "ws"),  # TLS ends at a proxy that does not tell
        ("https://cms.example.com:443", "cms.example.com", "wss"),
        ("https://cms.example.com", "cms.example.com:443", "wss"),
        ("http://cms.example.com:8080", "cms.example.com:8080", "ws"),
        ("HTTPS://CMS.Example.com", "cms.example.COM", "wss"),
        ("http://[::1]:8000", "[::1]:8000", "ws"),
    ],
)
def test_a_page_of_the_same_host_and_port_is_trusted(trusted, page, host, scheme):
    assert trusted(page, host, scheme)


@pytest.mark.parametrize(
    "page",
    [
        None,
        "",
        "null",
        "https://evil.example.net",
        "https://example.com",
        "https://shop.example.com",
        "https://cms.example.com.evil.net",
        "https://evilcms.example.com",
        "https://cms.example.com:8443",
        "https://cms.example.com@evil.net",
        "https://evil.net/cms.example.com",
        "https://cms.example.com/",
        "https://cms.example.com?x",
        "https://cms.example.com, https://evil.net",
        ["https://evil.net", "https://cms.example.com"],
        "ftp://cms.example.com",
        "chrome-extension://cms.example.com",
        "//cms.example.com",
        "cms.example.com",
        "https://[::1",
        "https://cms.example.com:99999",
        "https://cms.ex\u00e4mple.com",
        "https://\x00",
        "*",
    ],
)
@pytest.mark.parametrize("scheme", ["ws", "wss"])
def test_every_other_page_and_none_is_not(trusted, page, scheme):
    assert not trusted(page, scheme=scheme)


def test_a_page_without_tls_is_not_trusted_with_a_socket_that_has_it(trusted, settings):
    assert not trusted("http://cms.example.com", scheme="wss")
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert not trusted("http://cms.example.com", x_forwarded_proto="https")
    assert trusted("https://cms.example.com", x_forwarded_proto="https")


def test_a_host_that_is_not_allowed_is_no_host_of_ours(trusted, settings):
    assert not trusted("https://other.example.com", "other.example.com")
    settings.ALLOWED_HOSTS = [".example.com"]
    assert trusted("https://other.example.com", "other.example.com")


def test_the_host_that_a_proxy_names_counts_only_where_the_settings_say_so(trusted, settings):
    assert not trusted("https://cms.example.com", "10.0.0.1", x_forwarded_host="cms.example.com")
    settings.USE_X_FORWARDED_HOST = True
    assert trusted("https://cms.example.com", "10.0.0.1", x_forwarded_host="cms.example.com")


@pytest.mark.parametrize(
    ("entry", "let_in", "kept_out"),
    [
        ("https://a.example.org", "https://a.example.org", "http://a.example.org"),
        ("https://a.example.org:8443", "https://a.example.org:8443", "https://a.example.org"),
        ("https://*.example.org", "https://b.a.example.org", "https://example.net"),
        ("http://*.example.org", "http://a.example.org", "https://a.example.org"),
        ("a.example.org", "https://a.example.org", "https://b.example.org"),
        (".example.org", "http://b.example.org", "http://badexample.org"),
    ],
)
@pytest.mark.parametrize("name", ["CSRF_TRUSTED_ORIGINS", "ADMIN_COLLABORATOR_ALLOWED_ORIGINS"])
def test_what_the_settings_trust_is_trusted_in_the_forms_of_every_django(
    trusted, settings, name, entry, let_in, kept_out
):
    setattr(settings, name, [entry])
    assert trusted(let_in)
    assert not trusted(kept_out)
    assert not trusted(None)


def test_a_star_lets_in_every_page_and_none_lets_in_who_has_no_page(trusted, settings):
    settings.ADMIN_COLLABORATOR_ALLOWED_ORIGINS = ["*"]
    assert trusted("https://evil.example.net")
    assert trusted("null")
    assert not trusted(None)
    settings.ADMIN_COLLABORATOR_ALLOWED_ORIGINS = [None]
    assert trusted(None)
    assert not trusted("null")


@pytest.mark.parametrize("program", ["uvicorn", "daphne"])
async def test_the_handshake_of_a_foreign_page_is_refused_with_the_users_cookies(serve, article, ada, program):
    worker = serve(store="memory", program=program)[0]
    log = SecurityLog(worker)
    for path in (edit_path(article), edit_path(article, new_member()), chat_path("/admin/")):
        for page in ("https://evil.example.net", "null", "http://sub.127.0.0.1", "http://127.0.0.1:1", None):
            assert await handshake_status(worker, path, ada, origin=page) == 403
        assert await handshake_status(worker, path, ada) == 101
    refusal = await log.has(event="handshake-origin")
    assert refusal["user"] == str(ada.id)
    assert refusal["address"] == "127.0.0.1"


async def test_a_session_that_has_ended_opens_no_socket(serve, article, ada):
    worker = serve(store="memory")[0]
    log = SecurityLog(worker)
    log_out(ada)
    assert await handshake_status(worker, edit_path(article), ada) == 403
    await log.has(event="handshake-anonymous")
