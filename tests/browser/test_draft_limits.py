"""What a browser cannot keep of unsaved text is said to the person, for as long as that is so."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.change_form import ChangeForm
from tests.browser.drafts import keeps, kept, values_of


def test_a_browser_without_storage_edits_and_says_so(seat, article, ada):
    visitor = seat(ada)
    visitor.context.add_init_script(
        """const { setItem } = Storage.prototype;
        Storage.prototype.setItem = function (...entry) {
            if (entry[0].startsWith("admin-collaborator:draft:")) throw new DOMException("full");
            setItem.apply(this, entry);
        };"""
    )
    form = ChangeForm.open(visitor, article).becomes("editing").fill(title="Not kept")
    expect(form.notice("draft_not_kept")).to_contain_text("no longer be kept in this browser", timeout=10000)
    form.save()
    form.becomes("editing").shows(title="Not kept")
    assert visitor.errors == []


def test_a_text_that_is_too_long_is_said_and_what_was_kept_stays(open_form, article, ada):
    form = open_form(ada, article).becomes("editing").fill(title="Kept")
    keeps(form, title="Kept")
    form.fill(body="Too long. " * 300_000, title="Kept no more")
    expect(form.notice("draft_not_kept")).to_contain_text("it is too long, or there is no room for it", timeout=10000)
    assert values_of(form)["title"] == "Kept"
    form.fill(body="Short again")
    keeps(form, title="Kept no more", body="Short again")
    expect(form.notice("draft_not_kept")).to_have_count(0)


def test_a_full_browser_is_said_until_there_is_room_again(open_form, article, ada):
    form = open_form(ada, article).becomes("editing")
    form.page.evaluate(
        """() => { for (let size = 2 ** 22; size >= 1; ) {
            try { localStorage["another site's"] = (localStorage["another site's"] || "") + "x".repeat(size); }
            catch { size /= 2; }
        } }"""
    )
    form.fill(title="Not kept")
    expect(form.notice("draft_not_kept")).to_contain_text("it is too long, or there is no room for it", timeout=10000)
    assert kept(form) == []
    form.page.evaluate('delete localStorage["another site\'s"]')
    keeps(form, title="Not kept")
    expect(form.notice("draft_not_kept")).to_have_count(0)
