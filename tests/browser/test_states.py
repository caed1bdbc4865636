"""Every state of the page: it covers nothing, moves nothing, and can be read by everybody."""

from __future__ import annotations

import pytest

from tests.browser import pictures
from tests.browser.axe import violations
from tests.browser.chat import Chat
from tests.browser.scenes import SCENES
from tests.browser.stage import Stage

PARTS = 4
"""Of the scenes, so that no test takes long; each compares its own with "editing"."""

BOXES = """() => Object.fromEntries(
    ["#header", ".breadcrumbs", "#content > h1", ".object-tools", "#admin-collaborator", "form[id$=_form]"]
        .concat(".submit-row")
        .map((what) => [what, document.querySelector(what)])
        .filter(([, element]) => element)
        .map(([what, element]) => {
            const { top, left, right, bottom } = element.getBoundingClientRect();
            return [what, [top + scrollY, left, right, bottom + scrollY].map(Math.round)];
        })
)"""
COVERED = """() => [...document.querySelectorAll("#header a, .breadcrumbs a, .object-tools a")]
    .filter((link) => {
        const { left, top, width, height } = link.getBoundingClientRect();
        const hit = document.elementFromPoint(left + width / 2, top + height / 2);
        return width && hit && !link.contains(hit) && !hit.contains(link);
    })
    .map((link) => link.textContent.trim())"""
TEXT_IS_CUT = """() => {
    const status = document.querySelector("#admin-collaborator [role=status]");
    return status.scrollHeight > status.clientHeight + 1;
}"""


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize(("width", "scheme", "language"), pictures.SEEN)
def test_no_state_covers_or_moves_anything_or_shuts_anybody_out(seat, article, bob, width, scheme, language, part):
    visitor = seat(bob, viewport={"width": width, "height": 700}, color_scheme=scheme, locale=language)
    boxes, faults = {}, {}
    for name in ["editing", *list(SCENES)[part::PARTS]]:
        stage = Stage(visitor, article)
        page = stage.form.page
        if name == "connecting":
            boxes["before it is known that there is a socket"] = page.evaluate(BOXES)
        SCENES[name](stage)
        pictures.take(page, (width, scheme, language), name)
        boxes[name] = page.evaluate(BOXES)
        assert page.evaluate(COVERED) == [], name
        assert not page.evaluate(TEXT_IS_CUT), name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        summary = stage.form.root.locator(".collaborator-people > summary")
        if summary.is_visible():
            summary.click()
        if language == "en":  # which is the same in all
            faults[name] = violations(page, "#admin-collaborator")
        stage.close()
    assert {name: found for name, found in faults.items() if found} == {}
    assert len(boxes["editing"]) == 7
    for name, box in boxes.items():
        assert box == boxes["editing"], name
    bar, tools = boxes["editing"]["#admin-collaborator"], boxes["editing"][".object-tools"]
    assert bar[3] <= tools[0] or tools[3] <= bar[0], "bar and object tools overlap: {}".format(boxes["editing"])
    assert bar[3] <= boxes["editing"]["form[id$=_form]"][0]


def test_a_long_name_and_many_people_change_no_height(seat, article, bob):
    stage = Stage(seat(bob, viewport={"width": 375, "height": 700}), article)
    stage.somebody_edits()
    before = stage.form.page.evaluate(BOXES)
    stage.others = [
        {
            "user_id": number,
            "name": "Wolfeschlegelsteinhausenbergerdorff " * 3,
            "avatar_url": None,
            "state": "viewing",
        }
        for number in range(9001, 9041)
    ]
    editor = dict(stage.others[0], member_id="other" * 4, since=0)
    stage.say("room", **stage.room(editor))
    stage.form.root.locator(".collaborator-rest", has_text="+40").wait_for()
    assert stage.form.page.evaluate(BOXES) == before
    assert stage.form.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    stage.form.root.locator(".collaborator-people > summary").click()
    assert stage.form.root.locator(".collaborator-names li").count() == 41
    stage.form.root.locator(".collaborator-names li").last.scroll_into_view_if_needed()
    assert stage.form.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("width", "scheme", "language"), pictures.SEEN)
def test_a_refused_save_a_refused_deletion_and_the_chat_shut_nobody_out(
    open_form, article, ada, bob, width, scheme, language
):
    seen, look = (width, scheme, language), {"viewport": {"width": width, "height": 700}}
    look.update(color_scheme=scheme, locale=language)
    editor = open_form(ada, article, **look).becomes("editing")
    viewer = open_form(bob, article, **look).becomes("viewing")
    chat = Chat(editor.page)
    chat.talk_to(bob).say("In a minute")
    pictures.take(editor.page, seen, "chat")
    chat.action("close").click()
    editor.fill(title="Mine " * 12, body="My body")
    type(article).objects.filter(pk=article.pk).update(title="Theirs " * 12, status="review")
    editor.save()
    panel = editor.page.locator("#collaborator-conflict")
    panel.wait_for()
    panel.scroll_into_view_if_needed()
    pictures.take(editor.page, seen, "conflict")
    faults = violations(editor.page, "#collaborator-conflict")
    editor.becomes("editing")
    viewer.page.goto(viewer.page.url.replace("/change/", "/delete/"))
    viewer.page.locator("#content [type=submit]").click()
    viewer.page.locator("#collaborator-conflict").wait_for()
    pictures.take(viewer.page, seen, "deletion")
    faults += violations(viewer.page, "#collaborator-conflict")
    assert faults == []
    for page in (editor.page, viewer.page):
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
