"""A process of a WSGI server that serves pages which poll: what it loads, and what it keeps running."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

SCRIPT = """
import json, sys, threading
from django.conf import settings

settings.configure(
    SECRET_KEY="x", ALLOWED_HOSTS=["*"], ROOT_URLCONF="__main__", DEBUG=False, USE_TZ=True,
    DATABASES={{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": {path!r}}}}},
    INSTALLED_APPS=["django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes",
                    "django.contrib.sessions", "django.contrib.messages", "django_admin_collaborator"],
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware",
                "django.middleware.csrf.CsrfViewMiddleware",
                "django.contrib.auth.middleware.AuthenticationMiddleware",
                "django.contrib.messages.middleware.MessageMiddleware"],
    TEMPLATES=[{{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {{
        "context_processors": ["django.template.context_processors.request",
                               "django.contrib.auth.context_processors.auth",
                               "django.contrib.messages.context_processors.messages"]}}}}],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
import django
django.setup()
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.test import Client
from django.urls import path
from django_admin_collaborator.utils import CollaborativeAdminMixin

admin.site.unregister(Group)

@admin.register(Group)
class GroupAdmin(CollaborativeAdminMixin, admin.ModelAdmin):
    pass

urlpatterns = [path("admin/", admin.site.urls)]
get_wsgi_application()
call_command("migrate", verbosity=0)
group = Group.objects.create(name="Press")
client = Client()
client.force_login(User.objects.create_superuser("ada", password="x"))
text = client.get(f"/admin/auth/group/{{group.pk}}/change/").content.decode()
config = json.loads(text.split('id="admin-collaborator-config" type="application/json">')[1].split("</script>")[0])
page = config["socket_path"].split("page=")[1].split("&")[0]
from urllib.parse import unquote
asking = {{"kind": "edit", "page": unquote(page), "site": "admin", "member": "m" * 20, "connection": "0" * 16,
          "at": None, "frames": [{{"type": "claim_editor", "wait": True, "n": 1}}]}}
body = json.dumps({{"hold": 20, "clients": [asking]}})
answer = client.post(config["http_path"], body, content_type="application/json")
print(json.dumps({{
    "kinds": [message["type"] for message in answer.json()["clients"][0]["messages"]],
    "loaded": [name for name in ("channels", "redis", "channels_redis") if name in sys.modules],
    "threads": [thread.name for thread in threading.enumerate()],
}}))
"""


def test_a_wsgi_process_loads_neither_channels_nor_redis_and_serves_in_its_own_thread(tmp_path: Path):
    script = SCRIPT.format(path=str(tmp_path / "db.sqlite3"))
    command = [sys.executable, "-W", "ignore", "-c", script]
    output = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
    found = json.loads(output.splitlines()[-1])
    assert found["kinds"] == ["user_joined", "welcome", "lease", "room"]
    assert found["loaded"] == []
    assert set(found["threads"]) <= {"MainThread", "collaborator-sql"}, "the latter closes connections that are idle"
