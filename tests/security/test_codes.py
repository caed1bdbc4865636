"""The tables of close codes and error codes in docs/protocol.md are what both sides go by."""

from __future__ import annotations

import re
from typing import Dict, Set

import pytest

from django_admin_collaborator.core import closing, messages
from django_admin_collaborator.transport import client
from tests.docs import pages

pytestmark = pytest.mark.once

FRONTEND = pages.ROOT / "frontend"


def table() -> Dict[int, str]:
    """Whether a client is to come back, by code."""
    rows = pages.table(pages.read(pages.DOCS / "protocol.md"), "Close codes")
    return {int(code): row[2] for row in rows for code in re.findall(r"\d{4}", row[0])}


def codes_in(name: str, constant: str) -> Set[int]:
    text = (FRONTEND / name).read_text(encoding="utf-8")
    written = re.search(constant + r"[^;]*;", text)
    assert written, constant
    return {int(code) for code in re.findall(r"\b\d{4}\b", written[0])}


def test_every_code_of_the_server_is_in_the_table():
    ours = {value for name, value in vars(closing).items() if name.isupper() and isinstance(value, int)}
    assert ours >= {1009, 4401, 4403, 4408, 4409, 4413, 4429}
    assert ours <= set(table())


def test_the_page_does_not_come_back_where_the_table_says_no():
    no = {code for code, comes_back in table().items() if comes_back.startswith("no")}
    assert codes_in("connection.js", "FINAL =") == no | {closing.SUPERSEDED}  # comes back under a new member id
    assert codes_in("room.js", "ENDS =") == no  # and says why
    assert codes_in("socket.js", "BUSY =") == {closing.BUSY}


PACKAGE = pages.ROOT / "django_admin_collaborator"
NEXT_TO_CODE = r"(?:\bcode:? (?:===? )?|error\(\s*|ProtocolError\(\s*)[\"']([a-z_]+)[\"']"
"""An error code as either side writes it: compared with ``code``, or handed to what makes an error."""


def error_codes() -> Set[str]:
    rows = pages.table(pages.read(pages.DOCS / "protocol.md"), "Error codes")
    return {row[0].strip("`") for row in rows}


def test_every_error_that_the_server_can_say_is_in_the_table_and_every_one_in_the_table_is_said():
    assert error_codes() == set(messages.ERRORS)
    sources = "".join(pages.read(path) for path in PACKAGE.rglob("*.py"))
    assert set(re.findall(r"\b(?:error|ProtocolError)\(\s*\"([a-z_]+)\"", sources)) == error_codes()
    assert error_codes() >= client.TELLING


def test_the_page_knows_no_error_that_is_not_in_the_table():
    ours = {"sent", "values_failed", "offline", "withdrawn"}  # words of the page's own
    known = set()
    for path in FRONTEND.glob("*.js"):
        known |= set(re.findall(NEXT_TO_CODE, pages.read(path)))
    assert {"forbidden", "not_holder", "rate_limited", "recipient_offline", "lock_service_unavailable"} <= known
    assert known - ours <= error_codes()
