"""The catalogues in locale/: complete, with the placeholders of the English, and compiled from what they say."""

from __future__ import annotations

from typing import Any, Dict

import polib
import pytest
from django.utils.translation import gettext, gettext_lazy, override

from django_admin_collaborator import conf
from django_admin_collaborator.page import texts as page_texts
from django_admin_collaborator.page.configuration import parts
from django_admin_collaborator.page.configuration import script as page_script
from django_admin_collaborator.page.texts import TEXTS, translated
from django_admin_collaborator.translation import CONTEXT
from tests.support.demo import configuration
from tools import translations

pytestmark = pytest.mark.once

languages = pytest.mark.parametrize("language", translations.LANGUAGES)


def test_the_texts_of_scripts_templates_and_refusals_are_found():
    found = set(translations.messages())
    options = {text for text in conf.OPTIONS.values() if isinstance(text, str)}
    assert options | set(TEXTS.values()) <= found
    assert {"Somebody asks to edit", "Browsers do not keep files: please choose %(files)s again."} <= found
    assert "Nothing was deleted. Close the other tab first." in found


@languages
def test_every_text_is_translated_and_none_is_left_over(language):
    catalogue = polib.pofile(str(translations.catalogue(language)))
    assert not [entry.msgid for entry in catalogue if entry.fuzzy or entry.obsolete or not entry.msgstr]
    # To mend it: ./dev translations
    assert {entry.msgid for entry in catalogue} == set(translations.messages())


@languages
def test_every_text_has_our_context(language):
    catalogue = polib.pofile(str(translations.catalogue(language)))
    assert {entry.msgctxt for entry in catalogue} == {CONTEXT}


@pytest.mark.parametrize("language", ["pt", "ar", "zh-hans"])
def test_on_a_page_in_another_language_no_word_of_djangos_slips_in_and_ours_are_marked_as_english(language):
    with override(language):
        assert gettext("No") != "No", "Django has a word for it"
        assert translated() == TEXTS
        shown = page_texts.root()
    assert '<div id="admin-collaborator" class="collaborator" data-collaborator-root lang="en" dir="ltr"' in shown
    assert '<div id="admin-collaborator-chat" data-chat-unread="0" lang="en" dir="ltr">' in shown
    with override("en"):
        assert shown.replace(' lang="en" dir="ltr"', "") == page_texts.root()
    with override("de"):
        assert "lang=" not in page_texts.root()


@languages
def test_a_translation_has_the_placeholders_and_edges_of_the_english(language):
    for entry in polib.pofile(str(translations.catalogue(language))):
        assert translations.placeholders(entry.msgstr) == translations.placeholders(entry.msgid), entry.msgid
        assert entry.msgstr == entry.msgstr.strip(), entry.msgid


@languages
def test_what_is_compiled_is_what_is_written(language):
    path = translations.catalogue(language)
    assert path.with_suffix(".mo").read_bytes() == polib.pofile(str(path)).to_binary()


@languages
def test_every_language_has_a_catalogue_and_no_other_has(language):
    assert {path.name for path in (translations.PACKAGE / "locale").iterdir()} == set(translations.LANGUAGES)
    with override(language):
        assert translated()["keep_mine"] != TEXTS["keep_mine"]


def test_a_default_text_is_translated_and_the_projects_own_is_not(settings):
    settings.ADMIN_COLLABORATOR_OPTIONS = {
        "notification_request_sent_text": "Request sent.",
        "chat_user_list_title": gettext_lazy("Close"),
    }
    assert conf.translated_options() == {**conf.OPTIONS, **conf.PAGE_TEXTS, "chat_user_list_title": "Close"}
    with override("de"):
        options = conf.translated_options()
    assert options["editor_mode_text"] == "Sie bearbeiten diese Seite."
    assert options["notification_request_sent_text"] == "Request sent."
    assert options["chat_user_list_title"] == "Schließen"


def written(own: Dict[str, Any]) -> Any:
    """What the scripts of a page read."""
    script = page_script(own)
    assert script.startswith('<script id="admin-collaborator-config" type="application/json">{')
    assert script.endswith("}</script>")
    return configuration(script)


def test_what_pages_share_follows_the_language_and_the_settings(settings):
    own = {"object": "</script>}", "user_id": "7"}
    assert "}</script>" not in page_script(own)[: -len("}</script>")]
    settings.ADMIN_COLLABORATOR_OPTIONS = {"chat_user_list_title": "}<b>", "notification_request_interval": 1.5}
    everything = {**own, "parts": parts(), "options": conf.translated_options(), "messages": translated()}
    assert written(own) == everything
    with override("de"):
        assert (
            written(own)["messages"]["keep_mine"] == translated()["keep_mine"] != everything["messages"]["keep_mine"]
        )
        settings.ADMIN_COLLABORATOR_OPTIONS = {"editor_mode_text": gettext_lazy("Close")}
        assert written(own)["options"]["editor_mode_text"] == "Schließen"
    settings.ADMIN_COLLABORATOR_OPTIONS = {}
    assert written(own)["options"] == {**conf.OPTIONS, **conf.PAGE_TEXTS}
