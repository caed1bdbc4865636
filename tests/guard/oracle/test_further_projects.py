"""The admins of projects with settings or URLs of their own, each project in a process that has these."""

from __future__ import annotations

import json
from typing import Any, Sequence

import pytest

from tests.guard.test_stacked_packages import GUARD, run

ADMINS = str(GUARD / "oracle" / "test_project_admins.py")

CHOSEN = ["archive.", "auth.", "desk.", "newsroom.Memo", "sites."]


def project(name: str, settings: str, labels: Sequence[str], **further: Any) -> Any:
    """labels: of apps or models; the others are in the test project too, or stand for no row. further: settings."""
    return pytest.param(settings, labels, further, id=name)


@pytest.mark.timeout(3600)
@pytest.mark.parametrize(
    ("module", "labels", "further"),
    [
        project("newsroom", "tests.guard.oracle.newsroom_settings", ["newsroom."]),
        project("chosen", "tests.guard.oracle.chosen_settings", CHOSEN),
        project("stories", "tests.settings", ["newsroom."], ROOT_URLCONF="tests.browser.newsroom"),
        project("reach", "tests.settings", ["newsroom.Article"], ROOT_URLCONF="tests.security.reach"),
        project("hooks", "tests.settings", ["ArticleProxy"], ROOT_URLCONF="tests.requests.sites.urls"),
    ],
)
def test_the_admins_of_a_project_end_as_without_the_mixin(module: str, labels: Sequence[str], further: Any) -> None:
    run(module, [ADMINS, "-k", " or ".join(labels)], TEST_SETTINGS=json.dumps(further))
