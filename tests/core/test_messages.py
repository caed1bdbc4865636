from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_admin_collaborator.core import messages, timing
from django_admin_collaborator.core.messages import ProtocolError
from tests.core.examples import ADA, CAY, NOW

KNOWN = frozenset(["heartbeat"])


def refusal(text: str) -> dict:
    with pytest.raises(ProtocolError) as caught:
        messages.decode(text, KNOWN)
    return caught.value.message


def test_a_known_type_is_read_with_all_its_fields():
    assert messages.decode('{"type": "heartbeat", "n": 4, "more": []}', KNOWN) == {
        "type": "heartbeat",
        "n": 4,
        "more": [],
    }


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it is not JSON"),
        ("{", "it is not JSON"),
        ("[" * 100_000, "it is not JSON"),
        ("[]", "it is not a JSON object"),
        ("null", "it is not a JSON object"),
        ("NaN", "it is not a JSON object"),
        ('{"type": "heartbeat", "n": ' + "9" * 200_000 + "}", "it is not JSON"),
        ('{"type": "__init__"}', "its type is not known"),
        ('{"type": "connect"}', "its type is not known"),
        ('"heartbeat"', "it is not a JSON object"),
        ("{}", "its type is not known"),
        ('{"type": "make_coffee"}', "its type is not known"),
        ('{"type": ["heartbeat"]}', "its type is not known"),
        ('{"type": null}', "its type is not known"),
    ],
)
def test_what_cannot_be_read_is_malformed_and_says_why(text: str, reason: str):
    said = refusal(text)

    assert (said["type"], said["code"]) == ("error", "malformed")
    assert reason in said["message"]


@pytest.mark.parametrize("written", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_what_is_no_number_counts_as_nothing(written: str):
    assert messages.decode(f'{{"type": "heartbeat", "n": {written}}}', KNOWN)["n"] is None


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"a\ud83db", "a?b"),
        (r"\uDE00\uD83D", "??"),
        (r"\ud83d\ude00", "\U0001f600"),
        ("a\ud83db", "a?b"),
        (r"\\ud83d", "\\ud83d"),
    ],
)
def test_half_a_surrogate_pair_is_replaced(written: str, read: str):
    said = messages.decode(f'{{"type": "heartbeat", "{written}": [{{"x": "{written}"}}]}}', KNOWN)
    assert said[read] == [{"x": read}]


@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_no_frame_ever_raises_anything_else(text: str):
    try:
        said = messages.decode(text, KNOWN)
    except ProtocolError as refused:
        said = refused.message
    assert said["type"] in KNOWN or said["code"] == "malformed"


@pytest.mark.parametrize(
    ("value", "read"), [("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"), (None, None), (5, None), ({}, None)]
)
def test_a_timestamp_that_is_no_text_counts_as_missing(value, read):
    assert messages.optional_text({"type": "claim_editor", "timestamp": value}, "timestamp") == read


def test_documented_times_are_iso_8601_in_utc():
    assert messages.iso(NOW + 0.25) == "2026-09-21T14:13:20.250000+00:00"


def test_a_text_is_filled_with_the_very_name():
    said = messages.error("lease_held", "claim_editor", name="{editor_id}", editor_id=7, editor_name="{name}")

    assert said["message"].startswith("{editor_id} is editing")
    assert (said["editor_id"], said["editor_name"], said["in_reply_to"]) == (7, "{name}", "claim_editor")


@pytest.mark.parametrize("code", sorted(messages.ERRORS))
def test_every_refusal_is_a_sentence_for_people(code: str):
    text = messages.ERRORS[code]

    assert re.fullmatch(r"[A-Z{].*\.", text)


def test_the_codes_of_the_protocol_page_and_of_the_code_are_the_same():
    page = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text(encoding="utf-8")
    table = page.split("## Error codes")[1].split("##")[0]

    assert set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE)) == set(messages.ERRORS)


@pytest.mark.parametrize(
    ("message", "fields"),
    [
        (messages.user_joined(ADA, NOW), {"user_id", "username", "timestamp", "avatar_url", "email"}),
        (messages.user_left(ADA), {"user_id", "username", "email"}),
        (messages.editor_status(ADA), {"editor_id", "editor_name"}),
        (messages.editor_status(None), {"editor_id", "editor_name"}),
        (messages.about("content_updated", ADA, NOW), {"user_id", "username", "timestamp"}),
        (messages.about("lock_released", ADA, NOW), {"user_id", "username", "timestamp"}),
        (messages.about("attention_requested", ADA, NOW), {"user_id", "username", "timestamp"}),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) else "",
)
def test_documented_events_carry_their_documented_fields(message: dict, fields: set):
    assert set(message) == {"type", *fields}
    assert json.loads(json.dumps(message)) == message


def test_a_user_without_an_email_has_a_name_in_the_documented_events():
    assert messages.user_left(CAY)["username"] == "Cay"


def test_a_lease_outlives_three_heartbeats_and_every_grace():
    assert timing.LEASE_SECONDS >= 3 * timing.HEARTBEAT_SECONDS
    assert timing.LEAVING_SECONDS < timing.RECONNECT_SECONDS < timing.LEASE_SECONDS
    assert timing.RECONNECT_SECONDS <= 8 < timing.LEASE_SECONDS <= 30 < timing.RECORD_SECONDS == 180


def test_there_is_time_to_report_after_a_loss():
    """The watch looks once a second, and a process may be a second late."""
    assert timing.RESTORE_SECONDS >= 2


def test_every_number_that_is_read_can_be_computed_with():
    longest = "-" + "9" * (messages.LONGEST_NUMBER - 1)
    read = messages.decode(f'{{"type": "heartbeat", "n": {longest}}}', KNOWN)["n"]

    assert read / 1000 < 0
    assert "it is not JSON" in refusal(f'{{"type": "heartbeat", "n": {"9" * 309}}}')["message"]
