"""The address of an avatar is one that can only be a picture, before any page sees it."""

from __future__ import annotations

import pytest

from django_admin_collaborator.access import people


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        " JavaScript:alert(1)",
        "java\nscript:alert(1)",
        "\x01javascript:alert(1)",
        "vbscript:x",
        "data:text/html,<script>alert(1)</script>",
        "data:image/svg+xml,<svg onload=alert(1)>",
        "file:///etc/passwd",
        "\\\\evil.example\\x",
        "http://[::1",
        "https://\u202egnp.exe",
    ],
    ids=ascii,
)
def test_an_address_that_may_be_something_else_is_left_out(address):
    class User:
        portrait = address

    assert people.avatar_url(User(), "portrait") is None


@pytest.mark.parametrize(
    "address", ["/media/ada.png", "https://cdn.example/a b.png", "http://x/ü.png", "ada.png?x=1"]
)
def test_every_other_address_is_passed_on(address):
    assert people.safe_url(f" {address}\n") == address
