"""Under a strict Content-Security-Policy everything works, and nothing of ours is reported."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.chat import Chat
from tests.browser.conftest import URLCONF
from tests.project.newsroom.models import Author

STRICT = "default-src 'self'"
TRUSTED_TYPES = STRICT + "; require-trusted-types-for 'script'; trusted-types django-admin-collaborator"

# Styles of the admin import others, which no nonce allows.
NONCE = "script-src 'nonce-c2VjcmV0'; style-src 'nonce-c2VjcmV0' http://127.0.0.1:*/static/admin/"


@pytest.fixture
def server(serve, request):
    options = {"avatar_field": "portrait"}
    settings = {"ROOT_URLCONF": URLCONF, "ADMIN_COLLABORATOR_OPTIONS": options}
    return serve(store="memory", csp=request.param, settings=settings)


@pytest.mark.parametrize("server", [STRICT], indirect=True)
def test_every_widget_works_without_inline_code(open_form, article, ada, bob):
    editor = open_form(ada, article).becomes("editing")
    viewer = open_form(bob, article).becomes("viewing")
    editor.page.locator("#paragraphs-group .add-row a").click()
    editor.field("paragraphs-1-text").fill("Second paragraph")
    editor.save("_save")
    viewer.becomes("editing").shows(**{"paragraphs-1-text": "Second paragraph"})
    viewer.page.locator("#paragraphs-group .add-row a").click()
    assert viewer.page.evaluate("witness.violations") == []
    assert viewer.page.request.get(viewer.page.url).headers["content-security-policy"] == STRICT


@pytest.mark.parametrize("server", [TRUSTED_TYPES], indirect=True)
def test_two_people_work_together_with_trusted_types(open_form, seat, server, ada, bob):
    """The admin's own jQuery does not run under this policy; a form without the mixin reports the same errors."""
    plain = seat(ada, at=server.url)
    plain.open("/stories/newsroom/memo/add/")
    author = Author.objects.create(name="Maren Grande")
    editor = open_form(ada, author).becomes("editing")
    viewer = open_form(bob, author).becomes("viewing")
    viewer.press("request-attention")
    expect(editor.notice("request")).to_be_visible()
    Chat(viewer.page).talk_to(ada).say("Hello")
    Chat(editor.page).talk_to(bob).hears("Hello")
    expect(viewer.root.locator(".collaborator-discs img")).to_have_count(1)
    editor.fill(name="Maren Groß").save("_continue")
    viewer.shows(name="Maren Groß")
    editor.becomes("editing").leave()
    viewer.becomes("editing", seconds=3).fill(name="Maren").save()
    viewer.becomes("editing").shows(name="Maren")
    reported = viewer.page.evaluate("witness.violations")
    assert reported, "the policy was not in force"
    assert [violation for violation in reported if "/static/admin/" not in violation["source"]] == []
    for form in (editor, viewer):
        assert set(form.visitor.errors) - set(plain.errors) == set()
        form.visitor.errors.clear()
    plain.errors.clear()


@pytest.mark.parametrize("server", [NONCE], indirect=True)
def test_what_is_loaded_later_has_the_nonce_of_the_page(open_form, article, ada):
    form = open_form(ada, article).becomes("editing")
    chat = Chat(form.page)
    chat.action("toggle").click()
    expect(chat.panel).to_be_visible()
    expect(chat.panel).to_have_css("display", "flex")
    assert form.page.evaluate("witness.violations") == []
    blocked = form.page.evaluate("""() => {
        const script = document.createElement("script");
        script.src = "/static/django_admin_collaborator/js/admin_chat.js";
        document.head.append(script);
        const settled = (resolve) => ({ onerror: () => resolve(true), onload: () => resolve(false) });
        return new Promise((resolve) => Object.assign(script, settled(resolve)));
    }""")
    assert blocked, "the policy was not in force"
    form.visitor.errors.clear()
