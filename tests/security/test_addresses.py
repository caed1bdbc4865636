"""Nobody's e-mail address reaches the package's own page; a client of the documented contract is told it."""

from __future__ import annotations

import json

import pytest

from tests.sockets.conftest import granted
from tests.support.people import superuser
from tests.support.sockets import new_member


@pytest.fixture(params=["uvicorn", "daphne"])
def worker(serve, request):
    return serve(store="memory", program=request.param)[0]


@pytest.fixture
def ivy(database):
    """Somebody who logs in by an e-mail address and has no other name."""
    return superuser("Ivy", username="ivy.ives@example.com", first_name="", last_name="")


@pytest.mark.parametrize("kind", ["page", "contract client"])
async def test_what_is_told_of_people_around_an_object(worker, join, article, ada, bob, ivy, kind):
    is_page = kind == "page"
    editor, other = [await join(worker, article, who, member=new_member() if is_page else None) for who in (ada, bob)]
    await granted(editor)
    third = await join(worker, article, ivy, member=new_member() if is_page else None)
    await third.send("claim_editor", timestamp=None)
    await third.expect("error", code="lease_held")
    await other.send("request_attention", timestamp=None)
    asked = await editor.expect("attention_requested")
    await other.send("release_lock")
    await other.expect("error", code="not_holder")
    await other.send("request_editor_status")
    await other.expect("editor_status")
    await third.close()

    told = [message for socket in (editor, other, third) for message in socket.received]
    assert ("@" in json.dumps(told)) is not is_page
    assert asked["username"] == ("Bob Brown" if is_page else "bob.brown@example.com")
    if is_page:
        assert "ivy.ives" in json.dumps(told)


@pytest.mark.parametrize("kind", ["page", "contract client"])
async def test_what_is_told_of_people_in_a_chat(worker, talk, article, ada, ivy, kind):
    is_page = kind == "page"
    page = f"/admin/newsroom/article/{article.pk}/change/"
    first, second = [await talk(worker, page, who, new_member() if is_page else None) for who in (ada, ivy)]
    (known,) = (await second.expect("active_users"))["users"]
    came = await first.expect("user_joined")
    await second.send("chat_message", recipient_id=ada.id, message="Hello")
    said = await first.expect("chat_message")
    await second.close()
    left = await first.expect("user_left")

    told = json.dumps([known, came, said, left])
    assert ("@" in told) is not is_page
    assert (known["username"], came["username"]) == (
        ("Ada Lovelace", "ivy.ives") if is_page else ("ada.lovelace", "ivy.ives@example.com")
    )
