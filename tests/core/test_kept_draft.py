from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_admin_collaborator.core import kept_draft
from django_admin_collaborator.core.kept_draft import KEEP_SECONDS, MOST_PEOPLE, KeptDraft
from tests.core.examples import NOW

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda some: st.lists(some, max_size=3) | st.dictionaries(st.text(max_size=9), some, max_size=3),
    max_leaves=8,
)


def typed(user: str, text: str = "x", at: float = NOW) -> KeptDraft:
    return KeptDraft(user, int(user), f"User {user}", at, {"title": text}, {})


def users(drafts: list) -> list:
    return [one.user for one in drafts]


def test_a_draft_comes_back_as_it_was_kept():
    drafts = [typed("7", "Grüße \u2028 \U0001f600"), typed("8")]
    assert kept_draft.decode(kept_draft.encode(drafts), NOW) == drafts


def test_nothing_is_no_text():
    assert kept_draft.encode([]) == ""
    assert kept_draft.decode("", NOW) == kept_draft.decode(None, NOW) == []


def test_one_person_has_one_draft_and_the_oldest_persons_gives_way():
    drafts: list = []
    for user in ("1", "2", "3", "1", "4", "5", "6"):
        drafts = kept_draft.put(drafts, typed(user))
    assert users(drafts) == ["3", "1", "4", "5", "6"]
    assert len(drafts) == MOST_PEOPLE


def test_a_draft_is_read_until_its_time_is_over():
    text = kept_draft.encode([typed("7"), typed("8", at=NOW + 10)])
    assert users(kept_draft.decode(text, NOW + KEEP_SECONDS + 5)) == ["8"]


def test_the_newest_of_the_others_is_offered_and_ones_own_where_it_is_asked_for():
    drafts = [typed("7"), typed("8"), typed("9")]
    assert users(kept_draft.offered_to(drafts, "7", own=False)) == ["9"]
    assert users(kept_draft.offered_to(drafts, "7", own=True)) == ["7", "9"]
    assert users(kept_draft.offered_to(kept_draft.answer(drafts, "9"), "7", own=False)) == ["8"]
    assert users(kept_draft.offered_to(kept_draft.answer(drafts, "9"), "9", own=True)) == ["9", "8"]


@pytest.mark.parametrize("values", [[], "x", {"title": 1}, None])
def test_what_is_no_draft_of_ours_is_none(values: object):
    (one,) = json.loads(kept_draft.encode([typed("7")]))["drafts"]
    assert kept_draft.decode(json.dumps({"drafts": [{**one, "values": values}]}), NOW) == []


@given(json_values)
def test_whatever_lies_in_the_store_is_read_without_a_fault(found: object):
    assert kept_draft.decode(json.dumps(found), NOW) == []
    assert kept_draft.decode(json.dumps({"drafts": found}), NOW) == []
