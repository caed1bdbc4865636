from __future__ import annotations

import dataclasses

import pytest

from django_admin_collaborator.core.room import replace
from tests.core.examples import ADAS_TAB, edited_by


@pytest.mark.parametrize("record", [edited_by(ADAS_TAB), ADAS_TAB], ids=["room", "member"])
def test_a_record_is_replaced_as_the_standard_library_does_it(record):
    changes = {"version": 7} if hasattr(record, "version") else {"idle": True}

    assert replace(record, **changes) == dataclasses.replace(record, **changes)
    assert replace(record, **changes) != record
    assert replace(record) == record


def test_a_field_that_does_not_exist_is_refused():
    with pytest.raises(TypeError, match="colour"):
        replace(ADAS_TAB, colour="red")
