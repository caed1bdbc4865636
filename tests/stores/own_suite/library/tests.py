"""What a project tests of its admin, with each of Django's kinds of test case."""

from io import StringIO
from urllib.request import urlopen

import django
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import LiveServerTestCase, TestCase, TransactionTestCase

from library.models import Book


class Pages:
    def setUp(self):
        self.client.force_login(get_user_model().objects.create_superuser("ada", "ada@example.com", "secret"))
        self.book = Book.objects.create(title="Dune")

    def save(self, title):
        url = f"/admin/library/book/{self.book.pk}/change/"
        assert self.client.get(url).status_code == 200
        answer = self.client.post(url, {"title": title})
        assert answer.status_code == 302, answer.content
        self.book.refresh_from_db()
        assert self.book.title == title
        history = self.client.get(f"/admin/library/book/{self.book.pk}/history/")
        assert history.status_code == 200

    def test_a_save(self):
        assert Book.objects.count() == 1
        self.save("Dune Messiah")

    def test_another_save_of_the_same_row(self):
        assert Book.objects.count() == 1
        self.save("Children of Dune")

    def test_what_is_posted_without_a_page(self):
        url = "/admin/library/book/"
        for path, posted in (
            (f"{self.book.pk}/change/", {"title": "Chapterhouse"}),
            ("", {"action": "shout", "_selected_action": self.book.pk}),
            ("add/", {"title": "Sisterhood"}),
        ):
            assert self.client.post(url + path, posted).status_code == 302, path
        assert set(Book.objects.values_list("title", flat=True)) == {"CHAPTERHOUSE", "Sisterhood"}
        rows = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": self.book.pk, "form-0-title": "Listed"}
        answer = self.client.post(url + f"?id={self.book.pk}", {**rows, "_save": "Save"})
        assert answer.status_code == 302
        self.book.refresh_from_db()
        assert self.book.title == "Listed"

    def test_an_admin_of_django_itself(self):
        user = get_user_model().objects.create_user("bob")
        url = f"/admin/auth/user/{user.pk}/change/"
        assert b"admin_edit.js" in self.client.get(url).content
        posted = {"username": "bobby", "date_joined_0": "2026-01-01", "date_joined_1": "12:00:00"}
        assert self.client.post(url, posted).status_code == 302
        user.refresh_from_db()
        assert user.username == "bobby"

    def test_a_save_and_a_deletion(self):
        self.save("Heretics of Dune")
        assert self.client.post(f"/admin/library/book/{self.book.pk}/delete/", {"post": "yes"}).status_code == 302
        assert not Book.objects.exists()


class InATransaction(Pages, TestCase):
    pass


class Another(Pages, TestCase):
    pass


class Committed(Pages, TransactionTestCase):
    def test_the_data_are_the_projects_own(self):
        out = StringIO()
        call_command("dumpdata", stdout=out)
        assert "library.book" in out.getvalue()
        assert '"model": "django_admin_collaborator.' not in out.getvalue()


class Live(Pages, LiveServerTestCase):
    def test_a_page(self):
        if django.VERSION >= (4, 0):  # before, Django left the connections of such threads open: its ticket 32416
            assert urlopen(self.live_server_url + "/admin/login/").status == 200
        self.save("God Emperor of Dune")
