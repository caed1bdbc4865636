"""What people call themselves, their objects and each other is text, and never anything else."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.chat import Chat
from tests.support import people

MARKUP = "<img src=x onerror=alert(1)>"


@pytest.fixture
def mallory(database):
    return people.superuser(
        "Mallory", last_name=MARKUP + "$& {editor_name}", email='"><script>alert(2)</script>@x.org'
    )


def test_markup_in_names_titles_and_messages_is_shown_as_text(open_form, article, mallory, bob):
    article.title = "</script><script>alert(3)</script>"
    article.save()
    dialogs = []
    editor = open_form(mallory, article).becomes("editing")
    viewer = open_form(bob, article).becomes("viewing")
    for form in (editor, viewer):
        form.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    name = "Mallory " + MARKUP + "$& {editor_name}"
    expect(viewer.text).to_have_text("{} is editing.".format(name))
    viewer.root.locator(".collaborator-people > summary").click()
    expect(viewer.root.locator(".collaborator-names li bdi").first).to_have_text(name)
    viewer.press("request-attention")
    expect(editor.notice("request")).to_be_visible()

    editor.fill(title="<b onclick=alert(4)>bold</b> $&").save()
    viewer.shows(title="<b onclick=alert(4)>bold</b> $&")
    expect(viewer.page.locator("#content h2").first).to_have_text("<b onclick=alert(4)>bold</b> $&")
    editor.becomes("editing")

    mine, yours = Chat(editor.page), Chat(viewer.page).talk_to(mallory)
    yours.say(MARKUP + "</p><script>alert(5)</script>")
    mine.talk_to(bob).hears(MARKUP + "</p><script>alert(5)</script>")
    expect(yours.panel.locator("strong")).to_have_text(name)
    for form in (editor, viewer):
        assert (
            form.page.locator("#admin-collaborator img, #admin-collaborator-chat img, [onerror], [onclick]").count()
            == 0
        )
        assert form.page.locator("#admin-collaborator script, #admin-collaborator-chat script").count() == 0
    assert dialogs == []


HOSTILE_TEXT = MARKUP + " $& $1 </script><script>alert(6)</script> {nothing} "
TEXTS = ("editor_mode_text", "viewer_mode_text", "chat_user_list_title", "notification_button_text")


@pytest.mark.parametrize(
    "server_settings", [{"ADMIN_COLLABORATOR_OPTIONS": dict.fromkeys(TEXTS, HOSTILE_TEXT + "{editor_name}")}]
)
def test_markup_in_options_is_shown_as_text(open_form, seat, article, mallory, bob):
    dialogs = []
    for person in (mallory, bob):
        seat(person).context.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    editor = open_form(mallory, article).becomes("editing")
    viewer = open_form(bob, article).becomes("viewing")
    name = "Mallory " + MARKUP + "$& {editor_name}"
    expect(editor.text).to_have_text(HOSTILE_TEXT + "{editor_name}")
    expect(viewer.text).to_have_text(HOSTILE_TEXT + name)
    expect(viewer.action("request-attention")).to_have_text(HOSTILE_TEXT + "{editor_name}")
    for form in (editor, viewer):
        assert form.page.locator("#admin-collaborator img, #admin-collaborator script, [onerror]").count() == 0
    assert dialogs == []
