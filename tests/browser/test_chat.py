"""Private talks on one page: nobody to talk with, no socket; two talk and a third hears nothing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.chat import Chat
from tests.browser.places import played_at


def test_no_socket_until_somebody_else_is_there(open_form, article, ada, bob):
    first = open_form(ada, article).becomes("editing")
    assert first.attempts("chat") == []
    second = open_form(bob, article).becomes("viewing")
    expect(Chat(second.page).person(ada)).to_have_count(1)
    expect(Chat(first.page).person(bob)).to_have_count(1)
    assert len(first.attempts("chat")) == len(second.attempts("chat")) == 1


@played_at("redis")
def test_two_talk_in_private_in_all_their_tabs_and_the_third_hears_nothing(open_form, article, ada, bob, cleo):
    forms = [open_form(ada, article).becomes("editing")]
    forms += [open_form(person, article).becomes("viewing") for person in (bob, cleo, ada)]
    first, second, third, also_first = (Chat(form.page) for form in forms)
    second.talk_to(ada)
    expect(second.root.locator("[data-chat-panel] p.collaborator-chat-empty")).to_have_text(
        "No messages yet. Start the conversation!"
    )
    expect(second.input).to_have_attribute("placeholder", "Type a message...")
    second.say("Are you done?")
    for chat in (first, also_first):
        expect(chat.root).to_have_attribute("data-chat-unread", "1")
        chat.talk_to(bob).hears("Are you done?")
        expect(chat.root).to_have_attribute("data-chat-unread", "0")
    also_first.say("Nearly")
    for chat in (first, second, also_first):
        chat.hears("Are you done?", "Nearly")
    third.talk_to(ada).hears()
    expect(third.root).to_have_attribute("data-chat-unread", "0")
    third.talk_to(bob).hears()
    third.say("Hello Bob")
    expect(second.root).to_have_attribute("data-chat-unread", "1")
    first.hears("Are you done?", "Nearly")


def test_drafts_are_kept_and_talks_survive_a_reload(open_form, article, ada, bob, cleo):
    editor = open_form(ada, article).becomes("editing")
    viewer = open_form(bob, article).becomes("viewing")
    open_form(cleo, article).becomes("viewing")
    mine, yours = Chat(editor.page).talk_to(bob), Chat(viewer.page).talk_to(ada)
    mine.say("Look at the title")
    yours.hears("Look at the title")
    yours.input.fill("I will")
    yours.talk_to(cleo).input.fill("Ada says")
    yours.talk_to(ada)
    expect(yours.input).to_have_value("I will")
    editor.fill(title="Budget 2").save()
    viewer.shows(title="Budget 2")
    expect(yours.input).to_have_value("I will")
    yours.talk_to(cleo)
    expect(yours.input).to_have_value("Ada says")
    editor.becomes("editing")
    mine.talk_to(bob).hears("Look at the title")


@played_at()
def test_somebody_who_has_left_is_offline_and_cannot_be_written_to(open_form, article, ada, bob):
    editor = open_form(ada, article).becomes("editing")
    viewer = open_form(bob, article).becomes("viewing")
    chat = Chat(editor.page).talk_to(bob)
    chat.say("Bye")
    chat.hears("Bye")
    chat.input.fill("Wait")
    viewer.leave()
    expect(chat.panel.locator("header small")).to_have_text("Offline")
    expect(chat.input).to_have_attribute("placeholder", "User is offline. Messages cannot be sent.")
    chat.input.press("Enter")
    expect(chat.error).to_have_text("Cannot send message. User is offline.")
    expect(chat.input).to_have_value("Wait")
    chat.hears("Bye")
    chat.action("back").click()
    expect(chat.person(bob)).to_contain_text("Offline")
    back = open_form(bob, article).becomes("viewing")
    expect(chat.person(bob)).to_contain_text("Online")
    chat.talk_to(bob).input.press("Enter")
    Chat(back.page).talk_to(ada).hears("Bye", "Wait")


def test_what_was_said_is_there_for_who_was_away_and_in_every_tab(open_form, article, ada, bob):
    author = open_form(ada, article).becomes("editing")
    Chat(author.page).talk_about("Budget").say("Careful with the title")
    Chat(author.page).hears("Careful with the title")
    author.leave()

    late = open_form(bob, article).becomes("editing")
    chat = Chat(late.page)
    expect(chat.root).to_have_attribute("data-chat-unread", "1")
    chat.talk_about("Budget").hears("Careful with the title")
    expect(chat.root.locator("[data-chat-log] b")).to_have_text("Ada Lovelace")
    chat.say("I will")
    back = open_form(ada, article).becomes("viewing")
    expect(Chat(back.page).root).to_have_attribute("data-chat-unread", "1")
    Chat(back.page).talk_to(bob).say("Thanks")
    chat.talk_to(ada).hears("Thanks")

    for form in (open_form(bob, article), late):
        form.page.reload()
        other = Chat(form.page)
        other.talk_about("Budget").hears("Careful with the title", "I will")
        other.talk_to(ada).hears("Thanks")
        expect(other.root).to_have_attribute("data-chat-unread", "0")


def test_alone_the_list_says_so(open_form, article, ada):
    editor = open_form(ada, article).becomes("editing")
    chat = Chat(editor.page)
    chat.action("toggle").click()
    expect(chat.panel.locator("strong")).to_have_text("Online Users")
    expect(chat.panel).to_contain_text("No other users online")
    expect(chat.everybody.locator(".collaborator-avatar")).to_have_text("#")  # it is nobody


@pytest.mark.parametrize("server_settings", [{"ADMIN_COLLABORATOR_OPTIONS": {"enable_chat": False}}])
def test_switched_off_it_is_not_there_at_all(open_form, article, ada, bob):
    editor = open_form(ada, article).becomes("editing")
    viewer = open_form(bob, article).becomes("viewing")
    for form in (editor, viewer):
        expect(form.root.locator(".collaborator-discs .collaborator-avatar")).to_have_count(2)
        expect(form.page.locator("#admin-collaborator-chat")).to_have_count(0)
        assert form.attempts("chat") == []


def test_who_is_typing_is_shown_and_a_hidden_tab_is_marked_when_it_was_said(open_form, article, ada, bob):
    editor = open_form(ada, article).becomes("editing")
    viewer = open_form(bob, article).becomes("viewing")
    mine, yours = Chat(editor.page).talk_to(bob), Chat(viewer.page).talk_to(ada)
    yours.input.type("Lunch")
    expect(mine.panel.locator(".collaborator-chat-empty")).to_have_text("Bob Brown is typing…")
    editor.hide()
    yours.say("Lunch?")
    expect(mine.panel.locator(".collaborator-chat-empty")).to_have_text("")
    expect(editor.page).to_have_title(re.compile("^● "))
    expect(mine.root).to_have_attribute("data-chat-unread", "1")
    editor.hide(False)
    expect(editor.page).to_have_title(re.compile("^(?!● )"))
    expect(mine.root).to_have_attribute("data-chat-unread", "0")
