"""A page while a program edits its object: it says who, and shows what was saved."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import expect

from tests.support.processes import wait_until

EDIT = """
import pathlib, time
from django_admin_collaborator.editing import editing
from tests.project.newsroom.models import Article
article = Article.objects.get(pk={pk})
with editing(article, name="Nightly import", wait=20) as edit:
    pathlib.Path({inside!r}).touch()
    for _ in range(600):
        if pathlib.Path({signal!r}).exists():
            break
        time.sleep(0.05)
    article.title = "By the import"
    edit.save()
"""


@pytest.mark.parametrize("server", ["redis"], indirect=True)
def test_a_page_is_locked_by_a_program_and_then_shows_what_it_saved(open_form, server, article, bob, tmp_path):
    inside, signal = tmp_path / "inside", tmp_path / "go on"
    code = EDIT.format(pk=article.pk, inside=str(inside), signal=str(signal))
    with ThreadPoolExecutor(1) as thread:
        program = thread.submit(server.run, code)
        try:
            wait_until(inside.exists, 20)
            viewer = open_form(bob, article).becomes("viewing")
            expect(viewer.root).to_contain_text("Nightly import")
        finally:
            signal.touch()
        program.result(30)
    viewer.becomes("editing").shows(title="By the import")
