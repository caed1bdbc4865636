"""The page is not ours alone: scripts of packages own controls, build parts of the form again, and move rows."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests import settings as project
from tests.browser.change_form import eventually
from tests.browser.drafts import kept
from tests.guard.press.models import Everything
from tests.project.newsroom.models import Paragraph

pytestmark = pytest.mark.once


@pytest.fixture
def server(request, serve):
    """One process with the package that the test is about."""
    name = getattr(request, "param", "")
    apps = [*([name] if name == "simpleui" else []), *project.INSTALLED_APPS, *([name] if name else [])]
    urls = {"simpleui": "tests.browser.themed", "": "tests.browser.newsroom"}.get(name, "tests.browser.stacked")
    return serve(store="memory", settings={"ROOT_URLCONF": urls, "INSTALLED_APPS": list(dict.fromkeys(apps))})


def with_package(name):
    return pytest.mark.parametrize("server", [name], indirect=True)


@pytest.fixture
def record(database, settings):
    settings.ROOT_URLCONF = "tests.browser.stacked"
    return Everything.objects.create(char="Before", json=["old"])


def json_of(record):
    record.refresh_from_db()
    return record.char, record.json


def items(form):
    """What the JSON editor shows."""
    return form.page.locator(".rjf-form-wrapper input[type=text]")


@pytest.fixture
def plain(open_form, ada, record):
    """A function that saves the record as Ada, without scripts."""

    def save(form, **values):
        page = open_form(ada, record, at=form.visitor.base_url, java_script_enabled=False).page
        page.reload()
        for name, value in values.items():
            page.evaluate("([id, value]) => { document.getElementById(id).value = value }", ["id_" + name, value])
        page.locator("[name=_continue]").click()
        expect(page.locator(".messagelist .success")).to_be_visible()
        page.close()

    return save


@with_package("django_jsonform")
def test_a_viewers_page_is_loaded_again_where_an_editor_shows_the_value(open_form, record, ada, bob):
    editor = open_form(ada, record).becomes("editing")
    viewer = open_form(bob, record).becomes("viewing")
    born, token = viewer.born, viewer.page.evaluate("Object.values(sessionStorage).join()")
    items(editor).first.fill("new")
    editor.save()
    editor.becomes("editing")
    expect(items(viewer).first).to_have_value("new")
    viewer.becomes("viewing")
    assert viewer.born != born
    assert viewer.page.evaluate("Object.values(sessionStorage).join()") == token, "the tab is another member"
    editor.leave()
    viewer.becomes("editing").fill(char="Only this").save()
    viewer.becomes("editing")
    assert json_of(record) == ("Only this", ["new"])


@with_package("django_jsonform")
def test_with_unsaved_text_it_is_a_choice_and_a_save_without_an_answer_is_refused(open_form, record, ada, plain):
    form = open_form(ada, record).becomes("editing").fill(char="Mine")
    plain(form, json='["theirs"]')
    expect(form.notice("values").locator("dt")).to_have_text(["Json"])
    form.save()
    expect(form.page.locator("#collaborator-conflict")).to_be_visible()
    form.shows(char="Mine")
    assert json_of(record) == ("Before", ["theirs"])


@with_package("django_jsonform")
def test_who_takes_theirs_gets_a_new_page_and_the_text_back(open_form, record, ada, plain):
    form = open_form(ada, record).becomes("editing").fill(char="Mine")
    plain(form, json='["theirs"]')
    born = form.born
    form.notice("values").get_by_role("button", name="Take theirs").click()
    eventually(lambda: form.born != born)
    expect(items(form).first).to_have_value("theirs")
    form.becomes("editing").notice("draft").get_by_role("button", name="Put it back").click()
    form.shows(char="Mine").save()
    form.becomes("editing")
    assert json_of(record) == ("Mine", ["theirs"])


@with_package("django_admin_json_editor")
def test_what_scripts_add_to_a_form_is_not_what_a_person_typed(open_form, record, ada, bob):
    form = open_form(ada, record).becomes("editing")
    expect(form.page.locator("[name='root[0]']")).to_have_value("old")
    form.page.wait_for_timeout(2500)  # a draft would be kept
    assert "stale" not in form.states()
    assert kept(form) == []
    form.leave()
    other = open_form(bob, record).becomes("editing")
    waiting = open_form(ada, record).becomes("viewing")
    other.fill(char="Bob's").save("_save")
    waiting.becomes("editing", seconds=15).shows(char="Bob's")
    assert "stale" not in waiting.states()
    for each in (form, other):
        # The package's own script looks for its textarea before that is there.
        each.visitor.errors[:] = [error for error in each.visitor.errors if "setting 'value'" not in error]


@with_package("simpleui")
def test_buttons_that_a_script_built_again_are_unlocked(open_form, article, ada, bob):
    form = open_form(ada, article).becomes("editing")
    expect(form.page.locator("[name=_save]")).to_be_enabled()
    waiting = open_form(bob, article).becomes("viewing")
    expect(waiting.page.locator("[name=_save]")).to_be_disabled()
    form.leave()
    waiting.becomes("editing")
    for name in ("_save", "_continue"):
        expect(waiting.page.locator("[name={}]".format(name))).to_be_enabled()


def test_a_part_of_the_form_that_comes_back_late_is_unlocked_too(open_form, article, ada, bob):
    editor = open_form(ada, article).becomes("editing")
    waiting = open_form(bob, article).becomes("viewing")
    waiting.page.evaluate("window.row = document.querySelector('.submit-row').outerHTML")
    editor.leave()
    waiting.becomes("editing")
    waiting.page.evaluate("document.querySelector('.submit-row').outerHTML = row")
    expect(waiting.page.locator("[name=_save]")).to_be_enabled()


def test_a_script_that_removes_a_locked_field_keeps_nothing_locked(open_form, article, ada, bob):
    editor = open_form(ada, article).becomes("editing")
    waiting = open_form(bob, article).becomes("viewing")
    waiting.page.evaluate("document.getElementById('id_body').remove()")
    editor.leave()
    waiting.becomes("editing")
    expect(waiting.page.locator("[name=_save]")).to_be_enabled()
    assert waiting.field("title").is_editable()


def test_every_template_of_ours_has_an_id(open_form, article, ada):
    form = open_form(ada, article).becomes("editing")
    ids = form.page.evaluate(
        """() => {
            const inside = (root) => [...root.querySelectorAll("template")];
            const all = (root) => inside(root).flatMap((each) => [each, ...all(each.content)]);
            return all(document).map(({ id }) => id);
        }"""
    )
    assert ids
    assert all(ids)
    assert len(set(ids)) == len(ids)


@with_package("adminsortable2")
def test_a_viewer_cannot_drag_rows(open_form, article, ada, bob):
    article.paragraphs.update(position=1)
    Paragraph.objects.create(article=article, position=2, text="Second paragraph")
    whole = {"viewport": {"width": 1280, "height": 1200}}
    outcome = []
    for person in (ada, bob):
        form = open_form(person, article, **whole).becomes("viewing" if outcome else "editing")
        form.page.bring_to_front()
        texts = form.page.locator("textarea[name$=-text]:visible")
        expect(texts).to_have_count(2)
        handles = form.page.locator("td.original p")
        start, end = handles.nth(0).bounding_box(), handles.nth(1).bounding_box()
        mouse = form.page.mouse
        mouse.move(start["x"] + 5, start["y"] + 5)
        mouse.down()
        mouse.move(start["x"] + 8, start["y"] + 40, steps=5)
        mouse.move(end["x"] + 8, end["y"] + 60, steps=10)
        mouse.up()
        form.page.wait_for_timeout(500)
        outcome.append([texts.nth(i).input_value() for i in range(2)])
    assert outcome == [["Second paragraph", "First paragraph"], ["First paragraph", "Second paragraph"]]


def test_a_viewer_cannot_drag_what_the_browser_itself_drags(open_form, article, ada, bob):
    mark = """() => {
        window.begun = 0;
        const row = document.querySelector("#paragraphs-group tr.form-row");
        row.draggable = true;
        row.addEventListener("dragstart", () => { begun += 1 });
        return row.dispatchEvent(new DragEvent("dragstart", { bubbles: true, cancelable: true })) + begun;
    }"""
    editor = open_form(ada, article).becomes("editing")
    viewer = open_form(bob, article).becomes("viewing")
    assert editor.page.evaluate(mark) == 2
    assert viewer.page.evaluate(mark) == 0
