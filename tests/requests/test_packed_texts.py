"""What a page takes along comes back as it was."""

from __future__ import annotations

import base64
import random

from django.core.signing import Signer
from hypothesis import given
from hypothesis import strategies as st

from django_admin_collaborator.access.packed_texts import Packed, pack, unpack


@given(st.text(st.characters(), max_size=400), st.integers(1, 40))
def test_every_text_comes_back_however_long_it_is(text, times):
    assert unpack(pack(text * times)) == text * times


def test_texts_around_each_size_of_a_window_come_back():
    chance = random.Random(7)
    for bits in range(8, 17):
        for length in (2**bits - 1, 2**bits, 2**bits + 1):
            text = base64.b64encode(bytes(chance.randrange(256) for _ in range(length))).decode()[:length]
            assert unpack(pack(text)) == text
            assert unpack(pack(text[: length // 2] * 2)) == text[: length // 2] * 2


def test_what_repeats_needs_little_room():
    assert len(pack("\n".join(f"row {number} has the same text" for number in range(2000)))) < 12_000


def test_a_signed_value_is_the_same_after_it_was_packed():
    value = ["7", "key", [["chosen", "shop.order", "", ["1", "ä", "\ud800"]]]]
    assert Signer().unsign_object(Signer().sign_object(value, Packed), Packed) == value
