"""A project with a language in its addresses, sessions in cookies, and static files named after their content."""

from __future__ import annotations

import re

import pytest
from django.utils import translation
from playwright.sync_api import expect

URLCONF = "tests.browser.languages"
SESSIONS = "django.contrib.sessions.backends.signed_cookies"
MANIFEST = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
COLLECT = """
from django.core.management import call_command
call_command("collectstatic", interactive=False, verbosity=0)
"""

pytestmark = [pytest.mark.once, pytest.mark.parametrize("server", ["websocket", "http"], indirect=True)]


@pytest.fixture(autouse=True)
def _our_urls(settings):
    settings.ROOT_URLCONF = URLCONF
    settings.SESSION_ENGINE = SESSIONS


@pytest.fixture
def server(request, serve, tmp_path):
    """One process whose pages go this way."""
    server = serve(
        store="memory",
        application="tests.operators.applications:without_static_files",
        settings={
            "ROOT_URLCONF": URLCONF,
            "SESSION_ENGINE": SESSIONS,
            "STATIC_ROOT": str(tmp_path),
            "STORAGES": {
                "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
                "staticfiles": {"BACKEND": MANIFEST},
            },
            "ADMIN_COLLABORATOR_TRANSPORTS": [request.param],
        },
    )
    server.run(COLLECT)
    return server


def test_two_people_work_together_below_a_language(open_form, article, ada, bob):
    with translation.override("de"):
        editor = open_form(ada, article).becomes("editing")
        viewer = open_form(bob, article).becomes("viewing")
    assert "/de/stories/" in editor.page.url
    assert re.search(r"/admin_edit\.[0-9a-f]{12}\.js", editor.page.content())
    expect(editor.text).to_have_text("Sie bearbeiten diese Seite.")
    expect(viewer.text).to_contain_text("Ada Lovelace")
    assert not viewer.field("title").is_editable()
    editor.fill(title="Haushalt").save()
    viewer.shows(title="Haushalt")
    editor.becomes("editing").leave()
    viewer.becomes("editing").fill(title="Haushalt 2").save()
    viewer.becomes("editing").shows(title="Haushalt 2")
