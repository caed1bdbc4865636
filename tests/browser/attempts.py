"""Everything by which a person can change a change form: each attempt changes an open one, and a locked one never."""

from __future__ import annotations

from typing import Any, Callable, Dict

from playwright.sync_api import Locator

from tests.browser.change_form import ChangeForm

Attempt = Callable[[ChangeForm], Any]
ATTEMPTS: Dict[str, Attempt] = {}

SOON = 300
"""Milliseconds that an attempt may wait for something that a locked form never shows."""


def attempt(function: Attempt) -> Attempt:
    ATTEMPTS[function.__name__.replace("_", " ")] = function
    return function


def click(target: Locator) -> None:
    """Press where it is, whether it takes presses or not."""
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    assert box, target
    target.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def open_sections(form: ChangeForm) -> None:
    """Open what is collapsed, as ``<details>`` or, before Django 5.1, by a link."""
    for summary in form.page.locator("form details:not([open]) > summary").all():
        summary.click()
    for toggle in form.page.locator("form .collapsed .collapse-toggle").all():
        toggle.click()


@attempt
def typing(form: ChangeForm) -> None:
    form.field("title").focus()
    form.page.keyboard.press("End")
    form.page.keyboard.type("!")


@attempt
def deleting(form: ChangeForm) -> None:
    form.field("title").focus()
    form.page.keyboard.press("End")
    form.page.keyboard.press("Backspace")


@attempt
def cutting(form: ChangeForm) -> None:
    form.field("body").focus()
    form.page.keyboard.press("Control+a")
    form.page.keyboard.press("Control+x")


@attempt
def pasting(form: ChangeForm) -> None:
    form.field("title").focus()
    form.page.keyboard.press("Control+a")
    form.page.keyboard.press("Control+c")
    form.field("body").focus()
    form.page.keyboard.press("Control+v")


@attempt
def dropping(form: ChangeForm) -> None:
    form.field("title").focus()
    form.page.keyboard.press("Control+a")
    start, end = form.field("title").bounding_box(), form.field("body").bounding_box()
    assert start
    assert end
    mouse = form.page.mouse
    mouse.move(start["x"] + 15, start["y"] + start["height"] / 2)
    mouse.down()
    mouse.move(end["x"] + 40, end["y"] + 10, steps=5)
    mouse.move(end["x"] + 45, end["y"] + 12)
    mouse.up()


@attempt
def undoing(form: ChangeForm) -> None:
    form.field("title").focus()
    form.page.keyboard.press("Control+z")


@attempt
def ticking_a_box(form: ChangeForm) -> None:
    click(form.field("featured"))


@attempt
def ticking_a_box_by_key(form: ChangeForm) -> None:
    form.field("featured").focus()
    form.page.keyboard.press("Space")


@attempt
def choosing_by_a_label(form: ChangeForm) -> None:
    click(form.page.locator("label[for=id_status_1]"))


@attempt
def choosing_by_arrow_keys(form: ChangeForm) -> None:
    form.page.locator("[name=status]:checked").focus()
    form.page.keyboard.press("ArrowDown")


@attempt
def selecting_by_key(form: ChangeForm) -> None:
    form.field("category").focus()
    form.page.keyboard.press("ArrowDown")


@attempt
def selecting_by_letter(form: ChangeForm) -> None:
    form.field("category").focus()
    form.page.keyboard.type("-")


@attempt
def searching_an_author(form: ChangeForm) -> None:
    click(form.page.locator(".field-author .select2-selection"))
    form.page.keyboard.type("Mar")
    option = form.page.locator(".select2-results__option", has_text="Maren")
    if form.page.locator(".select2-container--open").count():
        option.click()


@attempt
def choosing_a_tag_by_double_click(form: ChangeForm) -> None:
    box = form.page.locator("#id_tags_from option").first.bounding_box()
    assert box
    form.page.mouse.dblclick(box["x"] + 20, box["y"] + 8)


@attempt
def removing_a_tag_by_the_arrow(form: ChangeForm) -> None:
    form.page.locator("#id_tags_to").focus()
    form.page.keyboard.press("ArrowDown")
    click(form.page.locator("#id_tags_remove_link, #id_tags_remove").first)


@attempt
def choosing_all_tags(form: ChangeForm) -> None:
    click(form.page.locator("#id_tags_add_all_link, #id_tags_add_all").first)


@attempt
def pressing_today(form: ChangeForm) -> None:
    open_sections(form)
    click(form.page.locator(".field-published_on .datetimeshortcuts a").first)


@attempt
def pressing_now(form: ChangeForm) -> None:
    open_sections(form)
    click(form.page.locator(".field-published_at .datetimeshortcuts a[href='#']", has_text="Now").first)


@attempt
def picking_a_day(form: ChangeForm) -> None:
    open_sections(form)
    form.page.locator(".field-published_on [id^=calendarlink]").click()
    click(form.page.locator(".calendarbox:visible .calendar td:not(.nonday):not(.today):not(.selected) a").first)
    form.page.keyboard.press("Escape")
    form.page.locator("#content").click(position={"x": 1, "y": 1})


@attempt
def adding_a_row(form: ChangeForm) -> None:
    click(form.page.locator("#paragraphs-group .add-row a"))


@attempt
def deleting_a_row(form: ChangeForm) -> None:
    click(form.field("paragraphs-0-DELETE"))


@attempt
def writing_into_a_row(form: ChangeForm) -> None:
    form.field("paragraphs-0-text").focus()
    form.page.keyboard.type("!")


@attempt
def turning_a_number(form: ChangeForm) -> None:
    form.field("paragraphs-0-position").focus()
    form.page.keyboard.press("ArrowUp")


@attempt
def scrolling_a_number(form: ChangeForm) -> None:
    number = form.field("paragraphs-0-position")
    number.focus()
    box = number.bounding_box()
    assert box
    form.page.mouse.move(box["x"] + 5, box["y"] + 5)
    form.page.mouse.down()
    form.page.mouse.up()
    # The spin button at the right edge, which shows while the mouse is over it.
    form.page.mouse.click(box["x"] + box["width"] - 8, box["y"] + 6)
