"""The addresses of scripts and styles change with the version, whatever stores the static files."""

from __future__ import annotations

import re

import pytest
from django import forms
from django.contrib import admin
from django.contrib.staticfiles.storage import StaticFilesStorage, staticfiles_storage

from django_admin_collaborator import __version__
from django_admin_collaborator.utils import CollaborativeAdminMixin
from tests.project.newsroom.models import Article

NAMES = ["css/admin_chat.css", "js/admin_edit.js", "js/admin_chat.js"]
ADDRESSES = [f"/static/django_admin_collaborator/{name}?v={__version__}" for name in NAMES]


class PlainAdmin(CollaborativeAdminMixin, admin.ModelAdmin):
    pass


class DressedAdmin(CollaborativeAdminMixin, admin.ModelAdmin):
    class Media:
        js = ["desk/own.js", "django_admin_collaborator/js/admin_edit.js"]


class SummedAdmin(PlainAdmin):
    @property
    def media(self):
        return forms.Media(js=["desk/first.js"]) + super().media + forms.Media(js=["desk/last.js"])


def addresses(media):
    return re.findall(r'(?:src|href)="([^"]+)"', str(media))


@pytest.mark.parametrize("cls", [PlainAdmin, DressedAdmin, SummedAdmin])
def test_our_files_have_the_version_in_their_address_and_no_others(cls):
    found = addresses(cls(Article, admin.site).media)
    assert [address for address in found if "django_admin_collaborator" in address] == ADDRESSES
    others = [address for address in found if "/static/desk/" in address]
    assert len(others) == {PlainAdmin: 0, DressedAdmin: 1, SummedAdmin: 2}[cls]
    assert not any("?" in address for address in others)


OF_A_SIDEBAR = [
    f"/static/django_admin_collaborator/{name}?v={__version__}"
    for name in ("css/admin_index.css", "js/admin_index.js")
]
"""Beside a list it says how many people are in each model."""


@pytest.mark.parametrize(
    ("page", "more"), [("", OF_A_SIDEBAR), ("add/", []), ("{pk}/change/", []), ("{pk}/delete/", [])]
)
def test_every_page_of_the_admin_names_the_same_addresses(admin_client, page, more):
    pk = Article.objects.create(title="Budget").pk
    html = admin_client.get("/admin/newsroom/article/" + page.format(pk=pk)).content.decode()
    found = re.findall(r'(?:src|href)="(/static/django_admin_collaborator/[^"]+)"', html)
    assert sorted(set(found)) == sorted([*ADDRESSES, *more])


class HashedStorage(StaticFilesStorage):
    def url(self, name, force=False):
        return super().url(re.sub(r"\.(js|css)$", r".0123abc.\1", name))


class SignedStorage(StaticFilesStorage):
    def url(self, name, force=False):
        return "https://files.example/" + name + "?signature=abc"


@pytest.mark.parametrize(("storage", "end"), [(HashedStorage, ".0123abc.js"), (SignedStorage, ".js?signature=abc")])
def test_an_address_that_the_storage_has_made_its_own_is_left_alone(monkeypatch, storage, end):
    monkeypatch.setattr(staticfiles_storage, "_wrapped", storage())
    found = [address for address in addresses(PlainAdmin(Article, admin.site).media) if "admin_edit" in address]
    assert len(found) == 1
    assert found[0].endswith("/admin_edit" + end)


@pytest.mark.parametrize("static_url", ["/static/", "https://files.example/"])
def test_files_of_others_have_the_address_that_django_gives_them(settings, static_url):
    settings.STATIC_URL = static_url
    files = ["desk/own.js", "/at/the/root.js", "https://elsewhere.example/its.js"]
    for _ in range(2):
        media = PlainAdmin(Article, admin.site).media + forms.Media(js=files, css={"all": ["desk/own.css"]})
        ours = set(addresses(PlainAdmin(Article, admin.site).media)) - set(
            addresses(admin.ModelAdmin(Article, admin.site).media)
        )
        plain = admin.ModelAdmin(Article, admin.site).media + forms.Media(js=files, css={"all": ["desk/own.css"]})
        assert [one for one in addresses(media) if one not in ours] == addresses(plain)


def test_addresses_that_are_signed_for_a_time_are_made_each_time(monkeypatch):
    class TimedStorage(StaticFilesStorage):
        made = 0

        def url(self, name, force=False):
            TimedStorage.made += 1
            return f"https://files.example/{name}?signature={TimedStorage.made}"

    monkeypatch.setattr(staticfiles_storage, "_wrapped", TimedStorage())
    first, second = (addresses(PlainAdmin(Article, admin.site).media) for _ in range(2))
    assert first
    assert not set(first) & set(second)
