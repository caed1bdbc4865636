"""No moment at which a form can be changed before it is known who edits."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.attempts import ATTEMPTS
from tests.browser.change_form import ChangeForm
from tests.browser.drip import DrippingProxy

FLASH = Path(__file__).with_name("flash.js").read_text()


@pytest.fixture
def slow_line(server):
    proxy = DrippingProxy(server[0].port)
    yield "http://127.0.0.1:{}".format(proxy.port)
    proxy.close()


def test_no_form_can_be_changed_before_the_answer(open_form, seat, slow_line, article, ada, bob):
    for person in (ada, bob):
        seat(person, slow_line).context.add_init_script(FLASH)
    editor = open_form(ada, article, at=slow_line).becomes("editing")
    viewer = open_form(bob, article, at=slow_line).becomes("viewing")
    seen = [editor.page.evaluate("flash")]
    editor.fill(title="Budget, saved").save("_save")
    viewer.becomes("editing", seconds=20).shows(title="Budget, saved")  # read anew over the slow line
    seen.append(viewer.page.evaluate("flash"))
    for flash in seen:
        assert flash["changed"] == []
        assert {"loading", "connecting"} <= set(flash["looksWhen"]), "not tried at each time"
        assert flash["controls"] > 20, flash


@pytest.mark.parametrize("server_settings", [{"ADMIN_COLLABORATOR_TRANSPORTS": ["websocket"]}])
def test_a_page_whose_socket_is_slow_waits_for_it(seat, article, ada):
    """What a person tries meanwhile has no effect, and is no error."""
    visitor = seat(ada)
    held = []
    visitor.context.route_web_socket("**/admin/collaboration/newsroom/**", lambda socket: held.append(socket))
    form = ChangeForm.open(visitor, article).becomes("connecting")
    before = form.posted_values()
    for what in ("typing", "cutting", "ticking a box", "selecting by key", "adding a row", "pressing today"):
        ATTEMPTS[what](form)
        assert form.posted_values() == before, what
    assert form.states() == ["connecting"]
    held[0].connect_to_server()
    form.becomes("editing").fill(title="now")
