"""A program compares the row under its lock: nobody comes in between the comparison and the write."""

from __future__ import annotations

import threading

import pytest
from django.db import connections, transaction

from django_admin_collaborator.editing import editing
from django_admin_collaborator.errors import RowChanged
from tests.project.newsroom.models import Article


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
def test_a_change_that_is_not_yet_committed_is_waited_for(article: Article) -> None:
    has_written = threading.Event()
    may_commit = threading.Event()

    def write() -> None:
        try:
            with transaction.atomic():
                Article.objects.filter(pk=article.pk).update(title="By others")
                has_written.set()
                may_commit.wait(10)
        finally:
            connections.close_all()

    with editing(article, name="Import") as edit:
        article.body = "By the import"
        other = threading.Thread(target=write)
        other.start()
        assert has_written.wait(10)
        threading.Timer(0.5, may_commit.set).start()
        with pytest.raises(RowChanged):
            edit.save()
        other.join()
    found = Article.objects.get()
    assert (found.title, found.body) == ("By others", "")
