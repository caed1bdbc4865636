"""Names that projects import from 0.4.5 and that no page documents."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from django_admin_collaborator import conf

PREFIX = "get_admin_collaborator_websocket_connection_prefix_url"


def imported(module, name):
    module = importlib.import_module("django_admin_collaborator." + module)
    with pytest.warns(DeprecationWarning, match=f"{module.__name__}.{name}") as caught:
        value = getattr(module, name)
    assert [warning.filename for warning in caught] == [__file__]
    return value


@pytest.mark.parametrize("module", ["defaults", "utils"])
def test_the_prefix_is_that_of_the_settings(settings, module):
    prefix = imported(module, PREFIX)
    assert prefix() == "admin/collaboration"
    settings.ADMIN_COLLABORATOR_WEBSOCKET_CONNECTION_PREFIX_URL = "office/live"
    assert prefix() == "office/live"


@pytest.mark.parametrize("module", ["defaults", "utils"])
def test_the_default_options_are_a_dictionary_of_ones_own(module):
    options = imported(module, "DEFAULT_ADMIN_COLLABORATOR_OPTIONS")
    assert options == dict(conf.OPTIONS)
    options["enable_chat"] = False
    assert conf.OPTIONS["enable_chat"] is True


def test_the_default_addresses_are_there(settings):
    settings.ADMIN_COLLABORATOR_ADMIN_URL = "office"
    assert imported("defaults", "ADMIN_COLLABORATOR_ADMIN_URL") == "admin"
    assert imported("utils", "ADMIN_COLLABORATOR_ADMIN_URL") == "admin"
    assert imported("defaults", "ADMIN_COLLABORATOR_WEBSOCKET_CONNECTION_PREFIX_URL") == "admin/collaboration"


@pytest.mark.parametrize("module", ["defaults", "utils"])
def test_no_other_name_is_made_up(module):
    module = importlib.import_module("django_admin_collaborator." + module)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not hasattr(module, "ADMIN_COLLABORATOR_REDIS_URL")


GLOBALS = """
ADMIN_URL AVATAR_FIELD CHAT_CANNOT_SEND_MESSAGE CHAT_EMPTY_STATE_TEXT CHAT_INPUT_PLACEHOLDER CHAT_OFFLINE_PLACEHOLDER
CHAT_OFFLINE_STATUS_TEXT CHAT_ONLINE_STATUS_TEXT CHAT_START_CONVERSATION_TEXT CHAT_USER_LIST_TITLE
CLAIMING_EDITOR_TEXT EDITOR_MODE_TEXT ENABLE_CHAT NOTIFICATION_BUTTON_TEXT NOTIFICATION_INTERVAL NOTIFICATION_MESSAGE
NOTIFICATION_REQUEST_SENT_TEXT VIEWER_MODE_TEXT WEBSOCKET_CONNECTION_PREFIX_URL
"""


@pytest.mark.once
def test_every_global_variable_of_the_old_page_has_a_row_with_its_new_name():
    page = (Path(conf.__file__).parent.parent / "docs" / "moving-from-0.4.5.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `ADMIN_COLLABORATOR_(\w+)` \| (.+) \|$", page, re.MULTILINE))
    assert set(rows) == set(GLOBALS.split())
    options = [found[1] for found in (re.fullmatch(r"`options\.(\w+)`", row) for row in rows.values()) if found]
    assert set(options) == set(conf.OPTIONS)


@pytest.mark.once
def test_a_settings_file_may_import_the_defaults():
    name = "DEFAULT_ADMIN_COLLABORATOR_OPTIONS"
    script = f"from django_admin_collaborator.defaults import {name}; print({name}['enable_chat'])"
    answer = subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, check=True)
    assert answer.stdout == b"True\n"
