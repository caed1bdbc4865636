"""Which files a page loads, and when."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.change_form import ChangeForm
from tests.browser.chat import Chat

FIRST = {"css/admin_chat.css", "js/admin_chat.js", "js/admin_edit.js"}
CHAT = {"css/admin_chat_panel.css", "js/admin_chat_panel.js"}
COMPANY = {"css/admin_company.css", "js/admin_company.js", "css/admin_live.css", "js/admin_live.js"}
AGAIN_SECONDS = 5


def files(form):
    """The files of the package that this page has loaded."""
    loaded = form.page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    ours = [re.search(r"/django_admin_collaborator/([^?]+)", address) for address in loaded]
    return {found[1] for found in ours if found}


def test_a_page_with_nobody_else_on_it_loads_three_files(open_form, article, ada):
    form = open_form(ada, article).becomes("editing")
    form.fill(title="Budget 2")
    expect(Chat(form.page).action("toggle")).to_be_visible()
    assert files(form) == FIRST


def test_faces_notices_and_chat_come_with_somebody_else(open_form, article, ada, bob):
    first = open_form(ada, article).becomes("editing")
    second = open_form(bob, article).becomes("viewing")
    Chat(second.page).talk_to(ada).say("Hello")
    Chat(first.page).talk_to(bob).hears("Hello")
    assert files(first) == files(second) == FIRST | CHAT | COMPANY


def test_the_chat_comes_when_its_button_is_pressed(open_form, article, ada):
    form = open_form(ada, article).becomes("editing")
    chat = Chat(form.page)
    chat.action("toggle").click()
    expect(chat.panel).to_be_visible()
    expect(chat.everybody).to_be_focused()
    chat.action("close").click()
    expect(chat.panel).to_be_hidden()


def test_a_chat_that_did_not_come_comes_later(seat, article, ada):
    visitor = seat(ada)
    failing = re.compile("admin_chat_panel.js")
    visitor.context.route(failing, lambda route: route.abort())
    form = ChangeForm.open(visitor, article).becomes("editing")
    chat = Chat(form.page)
    with form.page.expect_event("requestfailed", lambda request: failing.search(request.url)):
        chat.action("toggle").click()
    visitor.context.unroute(failing)
    form.page.wait_for_timeout(AGAIN_SECONDS * 1000 + 500)
    chat.action("toggle").click()
    expect(chat.panel).to_be_visible()
    visitor.console.clear()
