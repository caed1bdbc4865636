"""What took place reaches the project's receivers and the object's history."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry

from django_admin_collaborator import signals
from django_admin_collaborator.access import identity, people
from django_admin_collaborator.core.facts import Fact
from django_admin_collaborator.rooms import lease_events
from tests.project.newsroom.models import Article


@pytest.fixture
def tell(database, ada, bob):
    article = Article.objects.create(title="Budget 2027")

    def tell(kind: str, **more) -> Article:
        fact = Fact(kind, 1.0, people.describe(ada.user), people.describe(bob.user), **more)
        lease_events.dispatch(("newsroom.article", str(article.pk)), [fact], identity.room_key(Article, article.pk))
        lease_events.wait()
        return article

    return tell


@pytest.mark.parametrize(
    ("kind", "more", "said"),
    [
        ("taken_over", {"reason": "Print"}, "Ada Lovelace took over editing from Bob Brown. Reason: Print"),
        ("forced", {"reason": "Print"}, "Ada Lovelace ended the editing of Bob Brown. Reason: Print"),
        ("answered", {"answer": "no"}, "Ada Lovelace did not let Bob Brown edit."),
    ],
)
def test_the_history_says_who_from_whom_and_why(tell, ada, kind, more, said):
    article = tell(kind, **more)
    entry = LogEntry.objects.get(object_id=str(article.pk))
    assert (str(entry), entry.user_id, entry.object_repr) == (str(entry), ada.id, "Budget 2027")
    assert entry.get_change_message() == said


def test_a_reason_with_a_character_that_postgresql_does_not_keep_is_told_without_it(tell):
    article = tell("taken_over", reason="Pr\0int\x1b[31m")
    entry = LogEntry.objects.get(object_id=str(article.pk))
    assert entry.get_change_message().endswith("Reason: Print\x1b[31m")


@pytest.mark.parametrize("kind", sorted(signals.BY_KIND))
def test_each_kind_has_a_signal(tell, kind):
    heard = []

    def receiver(**kwargs):
        heard.append(kwargs)

    signals.BY_KIND[kind].connect(receiver)
    try:
        article = tell(kind, reason="Print")
    finally:
        signals.BY_KIND[kind].disconnect(receiver)
    (said,) = heard
    assert (said["sender"], said["object_id"], said["user"].name, said["reason"]) == (
        Article,
        str(article.pk),
        "Ada Lovelace",
        "Print",
    )


def test_a_receiver_that_fails_is_logged_and_does_no_harm(tell, caplog):
    heard = []

    def fails(**kwargs):
        raise ZeroDivisionError

    def hears(**kwargs):
        heard.append(1)

    for receiver in (fails, hears):
        signals.lease_taken_over.connect(receiver)
    try:
        article = tell("taken_over")
    finally:
        for receiver in (fails, hears):
            signals.lease_taken_over.disconnect(receiver)
    assert heard == [1]
    assert "fails" in caplog.text
    assert LogEntry.objects.filter(object_id=str(article.pk)).count() == 1
