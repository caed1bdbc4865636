"""Admins that nobody wrote for us collaborate when a setting names their models."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
OFF = 302  # the save of plain Django
CONFLICT = 409


def report(chosen: Any, order: str = "first") -> Any:
    return json.loads(_report(json.dumps(chosen), order))


@lru_cache(maxsize=None)
def _report(chosen: str, order: str) -> str:
    """Tests ask several times what becomes of one choice, which takes a process."""
    environ = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.registration.settings",
        "PYTHONPATH": str(ROOT),
        "CHOSEN": chosen,
        "ORDER": order,
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.registration.report"], cwd=ROOT, env=environ, capture_output=True, timeout=120
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().splitlines()[-1]


@pytest.mark.parametrize("order", ["first", "last"])
def test_all_means_every_admin_on_every_site_at_any_order_of_apps(order: str) -> None:
    found = report("all", order)
    assert found["off"] == ["admin:desk.Poem", "admin:django_admin_collaborator.Editing"]
    assert {
        "admin:auth.Group",
        "admin:auth.User",
        "admin:desk.Memo",  # has the mixin by itself
        "admin:desk.Note",  # registered when the URLs are imported
        "admin:flatpages.FlatPage",
        "admin:otp_totp.TOTPDevice",
        "admin:redirects.Redirect",
        "admin:sites.Site",
        "office:desk.Memo",
        "office:desk.Note",
        "office:desk.Stamp",  # by ModelAdmin itself
    } <= set(found["on"])
    assert found["conflicts"] == [CONFLICT, CONFLICT, CONFLICT]


def test_an_admin_keeps_its_name_its_kind_and_its_options_and_its_class_stays_as_it_is() -> None:
    assert report("all")["note"] == ["NoteAdmin", True, False, 7]


def test_an_admin_that_cannot_be_subclassed_is_left_as_it_is_and_named_by_a_check() -> None:
    (said,) = report("all")["checks"]
    assert said.startswith("W016 PoemAdmin on the site 'admin' is left as it is")
    assert said.endswith("desk.Poem: RuntimeError: there is one PoemAdmin.")
    assert report(["all", "-desk.poem"])["checks"] == []


def test_labels_of_apps_and_models_are_chosen_and_exceptions_are_not() -> None:
    found = report(["auth", "desk.Note", "-auth.Group"])
    assert found["on"] == ["admin:auth.User", "admin:desk.Memo", "admin:desk.Note", "office:desk.Note"]
    assert found["conflicts"] == [OFF, OFF, CONFLICT]


def test_everything_but_exceptions() -> None:
    found = report(["all", "-flatpages", "-desk.Note"])
    assert {"admin:flatpages.FlatPage", "admin:desk.Note", "office:desk.Note"} <= set(found["off"])
    assert found["conflicts"] == [OFF, CONFLICT, OFF]


def test_a_project_without_the_setting_stays_as_it_is() -> None:
    found = report([])
    assert found["on"] == ["admin:desk.Memo"]
    assert found["checks"] == []


def test_a_label_that_means_nothing_and_an_admin_named_twice_are_said() -> None:
    unknown, twice = report(["desk.Note", "desk.Memo", "-flatpagez"])["checks"]
    assert "'-flatpagez'" in unknown
    assert unknown.startswith("E010")
    assert twice.startswith("W015 MemoAdmin has CollaborativeAdminMixin")


@pytest.mark.parametrize("value", [True, {"all": True}, ["auth", None]])
def test_a_value_that_is_no_list_of_texts_is_an_error(settings: Any, value: Any) -> None:
    from django_admin_collaborator.checks.project import check_models

    settings.ADMIN_COLLABORATOR_MODELS = value
    (message,) = check_models()
    assert message.id == "django_admin_collaborator.E010"
