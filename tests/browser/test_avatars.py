"""Pictures of people from a file or an address; initials where there is none, or none in time."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support import people

pytestmark = pytest.mark.parametrize(
    "server_settings", [{"ADMIN_COLLABORATOR_OPTIONS": {"avatar_field": "portrait"}}]
)

COLOUR = "(disc) => getComputedStyle(disc).backgroundColor"
LOADED = "(picture) => picture.complete && picture.naturalWidth > 0"


def test_a_file_an_address_and_initials_are_shown(open_form, article, ada, bob, cleo):
    """The file is Ada's, the address Cleo's; Bob has neither."""
    form = open_form(ada, article).becomes("editing")
    second = open_form(bob, article).becomes("viewing")
    open_form(cleo, article).becomes("viewing")
    discs = form.root.locator(".collaborator-discs .collaborator-avatar")
    expect(discs).to_have_count(3)
    for number, path in ((0, "/portraits/ada.lovelace.svg"), (2, "/portraits/by-address.svg")):
        picture = discs.nth(number).locator("img")
        assert picture.get_attribute("src") == form.visitor.base_url + path
        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate(LOADED)
    expect(discs.nth(1)).to_have_text("BB")
    expect(discs.nth(1).locator("img")).to_have_count(0)
    mine = second.root.locator(".collaborator-discs .collaborator-avatar", has_text="BB")
    colour = mine.evaluate(COLOUR)
    assert discs.nth(1).evaluate(COLOUR) == colour, "the colour is one's own, wherever one is seen"
    second.page.reload()
    second.becomes("viewing")
    assert mine.evaluate(COLOUR) == colour


def test_a_picture_that_cannot_be_loaded_gives_way_to_initials(open_form, article, ada):
    mia = people.superuser("Missing Mia")
    form = open_form(mia, article).becomes("editing")
    open_form(ada, article)
    disc = form.root.locator(".collaborator-discs .collaborator-avatar", has_text="MM")
    expect(disc).to_be_visible()
    expect(disc.locator("img")).to_have_count(0)


def test_a_slow_storage_holds_up_nobody(open_form, article, ada, bob):
    open_form(ada, article).becomes("editing")
    slow = open_form(people.superuser("Slow Sam"), article)
    open_form(bob, article).becomes("viewing")
    slow.becomes("viewing")
    expect(slow.root.locator(".collaborator-discs .collaborator-avatar", has_text="SS")).to_be_visible()


def test_a_hostile_address_is_no_picture(open_form, article, ada):
    form = open_form(people.superuser("Evil Eve"), article).becomes("editing")
    open_form(ada, article)
    disc = form.root.locator(".collaborator-discs .collaborator-avatar", has_text="EE")
    expect(disc).to_be_visible()
    expect(disc.locator("img")).to_have_count(0)
