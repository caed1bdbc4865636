"""The test project with the admin packages that are installed, each on a shelf of the app ``cabinet``."""

from __future__ import annotations

from typing import Dict, List

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS

SHELVES: Dict[str, List[str]] = {
    "ckeditor": ["django_ckeditor_5"],
    "countries": ["django_countries"],
    "fsm": ["django_fsm"],
    "hashids": ["hashid_field"],
    "jsonform": ["django_jsonform"],
    "modeltranslation": ["modeltranslation"],
    "money": ["djmoney"],
    "mptt": ["mptt"],
    "multiselect": ["multiselectfield"],
    "nested": ["nested_admin"],
    "ordered": ["ordered_model"],
    "parler": ["parler"],
    "phonenumber": ["phonenumber_field"],
    "plain": [],
    "polymorphic": ["polymorphic"],
    "solo": ["solo"],
    "sortable": ["adminsortable2"],
    "taggit": ["taggit"],
    "tinymce": ["tinymce"],
    "treebeard": ["treebeard"],
}
"""A module of ``cabinet``, and the apps that it needs."""

URLS = ["django_ckeditor_5.urls", "nested_admin.urls", "tinymce.urls"]
"""What their widgets need."""

_needed = [app for apps in SHELVES.values() for app in apps]
_first = [app for app in _needed if app == "modeltranslation"]  # it says so itself
INSTALLED_APPS = [
    *_first,
    *[app for app in INSTALLED_APPS if app != "tests.guard.press"],
    *[app for app in _needed if app not in _first],
    "tests.guard.press",
    "tests.guard.packages.cabinet",
]
PACKAGE_URLS = [urls for urls in URLS if urls.rpartition(".")[0] in INSTALLED_APPS]
MIGRATION_MODULES = dict.fromkeys([app.rpartition(".")[2] for app in INSTALLED_APPS])
ROOT_URLCONF = "tests.guard.packages.urls"

LANGUAGES = [("en", "English"), ("de", "German")]
LANGUAGE_CODE = "en"
PARLER_LANGUAGES = {None: [{"code": "en"}, {"code": "de"}], "default": {"fallbacks": ["en"]}}
PARLER_ENABLE_CACHING = False  # it would outlive what a test rolls back
HASHID_FIELD_SALT = "only for tests"
PHONENUMBER_DEFAULT_REGION = "DE"
CKEDITOR_5_CONFIGS = {"default": {"toolbar": ["bold", "link"]}}
CKEDITOR_5_CUSTOM_CSS = ""
