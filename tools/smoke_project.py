"""A small project around an installed copy: it is checked, serves a page, saves, refuses, and opens a socket."""

from __future__ import annotations

import asyncio
import os
import re

import django
from django.conf import settings

settings.configure(
    SECRET_KEY="of nobody",  # noqa: S106 (of a project that lives for seconds)
    ALLOWED_HOSTS=["testserver"],
    ROOT_URLCONF=__name__,
    STATIC_URL="/static/",
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.path.abspath("db.sqlite3")}},
    INSTALLED_APPS=[
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django.contrib.staticfiles",
        "channels",
        "django_admin_collaborator",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
)
django.setup()

from asgiref.testing import ApplicationCommunicator  # noqa: E402
from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import URLRouter  # noqa: E402
from django.contrib import admin  # noqa: E402
from django.contrib.auth.models import Group, User  # noqa: E402
from django.contrib.staticfiles import finders  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.urls import path  # noqa: E402

import django_admin_collaborator  # noqa: E402
from django_admin_collaborator.routing import websocket_urlpatterns  # noqa: E402
from django_admin_collaborator.utils import CollaborativeAdminMixin  # noqa: E402

admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(CollaborativeAdminMixin, admin.ModelAdmin):
    pass


urlpatterns = [path("admin/", admin.site.urls)]


def main() -> None:
    assert "site-packages" in django_admin_collaborator.__file__, "this is not the installed copy"
    setup_test_environment()
    call_command("migrate", verbosity=0)
    call_command("check")
    client = Client()
    client.force_login(User.objects.create_superuser("ada", "ada@example.org", "secret"))
    group = Group.objects.create(name="first")
    address = f"/admin/auth/group/{group.pk}/change/"

    page = client.get(address).content.decode()
    for script in ("js/admin_edit.js", "js/admin_chat.js", "css/admin_chat.css"):
        name = "django_admin_collaborator/" + script
        assert name in page, name
        assert finders.find(name), name
    base = re.search(r'name="_collaborator_base" value="([^"]+)"', page)
    assert base, "the form has no base"
    typed = {"_collaborator_base": base.group(1), "_save": "Save"}

    assert client.post(address, {**typed, "name": "second"}).status_code == 302
    assert client.post(address, {**typed, "name": "third"}).status_code == 409, "a stale save was not refused"
    assert Group.objects.get().name == "second"

    (prefix,) = set(re.findall(r'"socket_path": "(/[^"]+/auth/group/[^"]+)"', page))
    asyncio.run(connect(prefix.replace("\\u0026", "&"), client.cookies[settings.SESSION_COOKIE_NAME].value))


async def connect(address: str, session: str) -> None:
    place, _, query = address.partition("?")
    scope = {
        "type": "websocket",
        "path": place,
        "query_string": query.encode(),
        "headers": [
            (b"host", b"testserver"),
            (b"origin", b"http://testserver"),
            (b"cookie", f"{settings.SESSION_COOKIE_NAME}={session}".encode()),
        ],
        "subprotocols": [],
    }
    socket = ApplicationCommunicator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns)), scope)
    await socket.send_input({"type": "websocket.connect"})
    answer = await socket.receive_output(10)
    assert answer["type"] == "websocket.accept", answer
    await socket.send_input({"type": "websocket.disconnect", "code": 1000})
    await socket.wait(10)


if __name__ == "__main__":
    main()
