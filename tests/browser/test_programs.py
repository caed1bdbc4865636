"""A page while a program edits its object: it says who, and shows what was saved."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import expect

from tests.browser.change_form import ChangeForm, eventually
from tests.support.processes import wait_until

EDIT = """
import pathlib, time
from django_admin_collaborator.editing import editing
from tests.project.newsroom.models import Article
article = Article.objects.get(pk={pk})
with editing(article, name="Nightly import", wait=20) as edit:
    pathlib.Path({inside!r}).touch()
    for _ in range(600):
        if pathlib.Path({signal!r}).exists():
            break
        time.sleep(0.05)
    article.title = "By the import"
    edit.save()
"""


@pytest.mark.parametrize("server", ["redis"], indirect=True)
def test_a_page_is_locked_by_a_program_and_then_shows_what_it_saved(open_form, server, article, bob, tmp_path):
    inside, signal = tmp_path / "inside", tmp_path / "go on"
    code = EDIT.format(pk=article.pk, inside=str(inside), signal=str(signal))
    with ThreadPoolExecutor(1) as thread:
        program = thread.submit(server.run, code)
        try:
            wait_until(inside.exists, 20)
            viewer = open_form(bob, article).becomes("viewing")
            expect(viewer.root).to_contain_text("Nightly import")
        finally:
            signal.touch()
        program.result(30)
    viewer.becomes("editing").shows(title="By the import")


@pytest.mark.parametrize("server", ["redis"], indirect=True)
@pytest.mark.parametrize(
    "server_settings",
    [{"ADMIN_COLLABORATOR_MODELS": ["auth.user"], "ADMIN_COLLABORATOR_MERGE_DISJOINT": False}],
)
def test_whoever_logs_in_does_not_disturb_those_who_edit_their_user(seat, server, browser, ada, bob, cleo):
    bob.user.set_password("harbour")
    bob.user.save()
    form = ChangeForm.open(seat(ada), bob.user, site="admin").becomes("editing")
    form.fill(first_name="Robert")
    states = form.states()
    context = browser.new_context(base_url=server[0].url("").rstrip("/"))
    page = context.new_page()
    page.goto("/admin/login/")
    page.get_by_label("Username").fill(bob.user.username)
    page.get_by_label("Password").fill("harbour")
    page.get_by_role("button", name="Log in").click()
    eventually(lambda: page.evaluate("1") and type(bob.user).objects.get(pk=bob.id).last_login is not None)
    context.close()
    ChangeForm.open(seat(cleo), bob.user, site="admin").becomes("viewing")
    expect(form.person("CC")).to_have_count(1)  # heard of after whatever the log-in may have said
    assert form.states() == states
    form.save()
    eventually(lambda: form.page.evaluate("1") and type(bob.user).objects.get(pk=bob.id).first_name == "Robert")
