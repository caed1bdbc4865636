"""The wire breaks: the page says so, keeps trying, takes up where it was, and loses no text."""

from __future__ import annotations

import pytest
from django.conf import settings
from playwright.sync_api import expect

from tests.browser.change_form import ChangeForm, eventually
from tests.browser.conftest import URLCONF
from tests.browser.drafts import keeps
from tests.support import people

WITH_TWO_WORKERS = pytest.mark.parametrize("server", ["redis"], indirect=True)


@pytest.fixture
def wire(server, tcp_proxy):
    """A line to the first worker that can be cut."""
    return tcp_proxy(server[0].port)


@pytest.fixture
def through(wire):
    return "http://127.0.0.1:{}".format(wire.port)


def test_an_editor_keeps_form_text_and_lease_over_a_short_break(open_form, article, ada, bob):
    editor = open_form(ada, article).becomes("editing")
    viewer = open_form(bob, article).becomes("viewing")
    token, born = editor.token, editor.born
    editor.visitor.offline()
    editor.becomes("offline")
    expect(editor.text).to_have_text("Connection lost. Trying to reconnect; you are still the editor.")
    expect(editor.root.locator(".collaborator-time")).to_contain_text(" sec")
    editor.fill(title="Typed while offline")
    editor.visitor.offline(False)
    editor.becomes("editing").shows(title="Typed while offline")
    assert (editor.token, editor.born) == (token, born)
    assert viewer.states() == ["connecting", "viewing"]
    editor.save()
    viewer.shows(title="Typed while offline")


def test_past_the_end_of_the_lease_saving_is_held_back_and_the_text_is_kept(
    open_form, wire, through, article, ada, bob
):
    editor = open_form(ada, article, at=through).becomes("editing")
    viewer = open_form(bob, article).becomes("viewing")
    editor.fill(title="Written by Ada")
    wire.refuse()
    viewer.becomes("editing", seconds=12)
    assert editor.state == "held-back"
    assert viewer.reached("editing") > editor.reached("held-back"), "two could save at a time"
    expect(editor.text).to_contain_text("Saving has to wait until there is a connection again.")
    editor.shows(title="Written by Ada").fill(title="Written by Ada, offline too")
    keeps(editor, title="Written by Ada, offline too")
    for name in ("_save", "_continue", "_addanother"):
        assert editor.page.locator("[name={}]".format(name)).first.is_disabled()

    viewer.fill(title="Written by Bob").save("_save")
    viewer.page.wait_for_url("**/newsroom/article/")
    wire.refuse(False)
    editor.becomes("stale", seconds=12).shows(title="Written by Ada, offline too")
    expect(editor.text).to_contain_text("The saved values have changed meanwhile. What you typed is kept.")
    editor.action("keep-mine").click()
    editor.becomes("editing").shows(title="Written by Ada, offline too")


def test_a_viewer_that_missed_a_save_catches_up(open_form, wire, through, article, ada, bob):
    editor = open_form(ada, article).becomes("editing")
    viewer = open_form(bob, article, at=through).becomes("viewing")
    wire.refuse()
    viewer.becomes("reconnecting")
    expect(viewer.text).to_have_text("Connection lost. Trying to reconnect…")
    assert not viewer.field("title").is_editable()
    editor.fill(title="Budget 2").save()
    editor.becomes("editing")
    viewer.shows(title="Budget")
    wire.refuse(False)
    viewer.becomes("viewing").shows(title="Budget 2")


@pytest.mark.parametrize(
    "server_settings", [{"ADMIN_COLLABORATOR_LEASE_SECONDS": 7, "ADMIN_COLLABORATOR_HEARTBEAT_SECONDS": 2}]
)
def test_a_line_that_swallows_everything_never_leaves_two_editors(open_form, wire, through, article, ada, bob):
    """Neither side hears that the line is dead: the browser's own clock ends the editing."""
    editor = open_form(ada, article, at=through).becomes("editing")
    viewer = open_form(bob, article).becomes("viewing")
    wire.blackhole()
    viewer.becomes("editing", seconds=20)
    assert editor.state == "held-back"
    assert viewer.reached("editing") > editor.reached("held-back")
    wire.blackhole(False)
    editor.becomes("viewing", seconds=20)


@WITH_TWO_WORKERS
def test_a_killed_worker_and_a_deploy_of_all_keep_the_editor(
    open_form, server, serve, wire, through, tcp_proxy, article, ada, bob, cleo
):
    """What stands before the workers leads to one that runs: how long a start takes is the machine's."""
    deployed = serve(redis_url=server.options.redis_url, settings={"ROOT_URLCONF": URLCONF})
    open_form(cleo, article.category, at=deployed.url).becomes("editing")  # its first page takes its time, too
    other = tcp_proxy(server[1].port)
    editor = open_form(ada, article, at=through).becomes("editing")
    viewer = open_form(bob, article, at="http://127.0.0.1:{}".format(other.port)).becomes("viewing")
    editor.fill(title="Not saved yet")
    token, born = editor.token, editor.born
    server[0].kill()
    editor.becomes("offline")
    wire.target_port = server[1].port
    editor.becomes("editing")
    assert (editor.token, editor.born) == (token, born)
    for line in (wire, other):
        line.target_port = deployed[0].port
    tried = [len(form.attempts()) for form in (editor, viewer)]
    server[1].stop()
    eventually(lambda: all(len(form.attempts()) > count for form, count in zip((editor, viewer), tried)))
    editor.becomes("editing").shows(title="Not saved yet")
    viewer.becomes("viewing")
    assert (editor.token, editor.born) == (token, born)
    assert "editing" not in viewer.states()
    editor.save()
    viewer.shows(title="Not saved yet")


def test_somebody_who_logs_out_elsewhere_is_told_and_keeps_the_text(open_form, seat, wire, through, article, ada):
    editor = open_form(ada, article, at=through).becomes("editing")
    editor.fill(title="Not saved yet")
    people.log_out(ada)
    wire.cut()
    editor.becomes("ended", seconds=12).shows(title="Not saved yet")
    expect(editor.text).to_have_text("You are no longer logged in. What you typed is kept.")
    assert editor.action("log-in").is_visible()
    # The login in another tab is enough: nobody has to look at this one.
    again = people.log_in(ada.user)
    editor.visitor.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": again.session_key, "url": through}]
    )
    editor.visitor.context.clear_cookies(name="csrftoken")
    ChangeForm.open(editor.visitor, article)
    editor.becomes("editing", seconds=12).shows(title="Not saved yet").save()
    article.refresh_from_db()
    assert article.title == "Not saved yet"
