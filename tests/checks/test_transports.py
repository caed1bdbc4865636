"""Checks of the transports that pages may use, and what the settings make of them."""

from __future__ import annotations

import sys
from typing import Any, Callable

import pytest
from django.core.checks import ERROR, WARNING

from django_admin_collaborator.transport import choice


@pytest.fixture
def project(settings: Any, tmp_path: Any, monkeypatch: Any) -> Any:
    """Writes modules of a project, whose ASGI application is in ``site_of_tests/asgi.py``."""

    def write(**modules: str) -> None:
        folder = tmp_path / "site_of_tests"
        folder.mkdir()
        for name, text in {"__init__": "", **modules}.items():
            (folder / f"{name}.py").write_text(text, encoding="utf-8")
        monkeypatch.syspath_prepend(tmp_path)
        settings.ASGI_APPLICATION = "site_of_tests.asgi.application"
        choice._own_consumers.cache_clear()

    yield write
    choice._own_consumers.cache_clear()
    assert not [name for name in sys.modules if name.startswith("site_of_tests")], "the project was imported"


OURS = "from django_admin_collaborator.routing import websocket_urlpatterns\n"


def test_without_consumers_of_the_project_pages_may_use_both(project: Callable[..., None], found: Any):
    project(asgi=OURS)
    assert choice.transports() == ("websocket", "http")
    assert "W017" not in found()


@pytest.mark.parametrize(
    ("asgi", "consumers"),
    [
        (
            "from .routing import urls",
            "from django_admin_collaborator.consumers import ChatConsumer\nclass Ours(ChatConsumer): pass",
        ),
        (
            "from site_of_tests import routing",
            "import django_admin_collaborator.consumers as c\nclass Ours(c.AdminCollaborationConsumer): pass",
        ),
        (
            "import site_of_tests.routing",
            "from django_admin_collaborator.consumers import ChatConsumer\nclass Ours(Mixin, ChatConsumer): pass",
        ),
    ],
)
def test_a_consumer_of_the_project_turns_http_off(project: Any, found: Any, settings: Any, asgi: str, consumers: str):
    project(asgi=asgi, routing="from . import consumers\nraise SystemExit", consumers=consumers)
    assert choice.own_consumer() == "site_of_tests.consumers.Ours"
    assert choice.transports() == ("websocket",)
    message = found()["W017"]
    assert message.level == WARNING
    assert "site_of_tests.consumers.Ours" in message.msg
    settings.ADMIN_COLLABORATOR_TRANSPORTS = ("websocket", "http")
    assert choice.transports() == ("websocket", "http")
    assert "W017" not in found()


@pytest.mark.parametrize(
    "asgi",
    [
        "from . import (\n    other,  # not (yet) here\n    consumers as ours,\n)",
        "from site_of_tests import other, \\\n    consumers",
        "if True: import os; from .consumers import Ours",
        "def application():\n    from.consumers import Ours",
        "import os, site_of_tests.consumers as ours",
    ],
)
def test_a_consumer_is_found_however_it_is_imported(project: Any, asgi: str):
    project(asgi=asgi, consumers="class Ours(ChatConsumer): pass")
    assert choice.own_consumer() == "site_of_tests.consumers.Ours"
    assert not choice.has_conversation()


def test_what_cannot_be_read_is_no_consumer(project: Any):
    project(asgi="from . import broken, missing\nimport nowhere.at.all", broken="class Ours(ChatConsumer:")
    assert choice.own_consumer() is None


@pytest.mark.parametrize("named", ["http", (), ("carrier-pigeon",), 7])
def test_transports_that_mean_nothing_are_an_error(found: Any, settings: Any, named: Any):
    settings.ADMIN_COLLABORATOR_TRANSPORTS = named
    assert found()["E012"].level == ERROR


@pytest.mark.parametrize(("base", "has_one"), [("ChatConsumer", False), ("AdminCollaborationConsumer", True)])
def test_a_chat_of_the_projects_own_has_no_talk_that_its_rules_do_not_know(project: Any, base: str, has_one: bool):
    project(asgi="from . import consumers", consumers=f"class Ours({base}): pass")
    assert choice.has_conversation() is has_one


@pytest.mark.parametrize("number", [-1, "many", True, None])
def test_a_number_of_held_requests_that_means_nothing_is_an_error(found: Any, settings: Any, number: Any):
    settings.ADMIN_COLLABORATOR_HELD_REQUESTS = number
    assert found()["E012"].level == ERROR
