"""The test project with the admin packages that are installed, each on a shelf of the app ``cabinet``."""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import Dict, List

import django

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

if django.VERSION >= (6, 1):  # these packages fail there by themselves
    del SHELVES["hashids"], SHELVES["sortable"]

FURTHER_SHELVES: Dict[str, List[str]] = {
    "ace": ["django_ace"],
    "admin_confirm": ["admin_confirm"],
    "admin_ordering": ["admin_ordering"],
    "ajax_select": ["ajax_select"],
    "api_key": ["rest_framework_api_key"],
    "auditlog": ["auditlog"],
    "autoslug": ["autoslug"],
    "bitfield": ["bitfield"],
    "bleach": ["django_bleach"],
    "captcha": ["captcha"],
    "categories_tree": ["categories", "categories.editor", "mptt"],
    "celery_beat": ["django_celery_beat"],
    "ckeditor4": ["ckeditor"],
    "cleanup": ["django_cleanup"],
    "colorfield": ["colorfield"],
    "computed": ["computedfields"],
    "concurrency": ["concurrency"],
    "content_editor": ["content_editor"],
    "cropping": ["image_cropping", "easy_thumbnails"],
    "dal": ["dal", "dal_select2"],
    "durationwidget": ["durationwidget"],
    "dynamic_admin_forms": ["django_dynamic_admin_forms"],
    "eav": ["eav"],
    "encrypted": ["encrypted_model_fields"],
    "entangled": ["entangled"],
    "enumfields": ["enumfields"],
    "extensions": ["django_extensions"],
    "extra_buttons": ["admin_extra_buttons"],
    "fernet": ["encrypted_fields"],
    "filer": ["filer", "easy_thumbnails"],
    "flat_json_widget": ["flat_json_widget"],
    "gfklookup": ["gfklookupwidget"],
    "i18nfield": ["i18nfield"],
    "image_uploader": ["image_uploader_widget"],
    "inline_actions": ["inline_actions"],
    "json_schema_editor": ["django_json_schema_editor"],
    "json_widget": ["django_json_widget"],
    "jsoneditor": ["jsoneditor"],
    "jsonfield": ["jsonfield"],
    "lifecycle": ["django_lifecycle"],
    "localflavor": ["localflavor"],
    "location": ["location_field"],
    "macaddress_field": ["macaddress"],
    "markdownx": ["markdownx"],
    "martor": ["martor"],
    "mdeditor": ["mdeditor"],
    "measurement": ["django_measurement"],
    "model_utils": ["model_utils"],
    "mptt_admin": ["django_mptt_admin", "mptt"],
    "multi_email": ["multi_email_field"],
    "nested_inline": ["nested_inline"],
    "nonrelated_inlines": ["nonrelated_inlines"],
    "oauth_toolkit": ["oauth2_provider"],
    "optimistic_lock": ["ool"],
    "paginator": ["django_admin_inline_paginator"],
    "picklefield": ["picklefield"],
    "positions_field": ["positions"],
    "post_office_mail": ["post_office"],
    "prose_editor": ["django_prose_editor"],
    "pydantic": ["django_pydantic_field"],
    "quill": ["django_quill"],
    "recurrence": ["recurrence"],
    "relativedelta": ["relativedeltafield"],
    "reverse_admin": ["django_reverse_admin"],
    "safedelete": ["safedelete"],
    "select2": ["django_select2"],
    "smart_selects": ["smart_selects"],
    "softdelete": ["softdelete"],
    "sortedm2m": ["sortedm2m"],
    "stdimage": ["stdimage"],
    "structured": ["structured"],
    "summernote": ["django_summernote"],
    "svelte_jsoneditor": ["django_svelte_jsoneditor"],
    "tags_input": ["tags_input"],
    "tagulous": ["django_tagulous"],
    "timezone": ["timezone_field"],
    "translated_fields": ["translated_fields"],
    "tree_many_to_many": ["mptt"],
    "tree_queries": ["tree_queries"],
    "treenode": ["treenode"],
    "versatileimage": ["versatileimagefield"],
    "waffle": ["waffle"],
}
"""The same of ``further``, where they are installed: ./dev packages.

TEST_ALL_PACKAGES=1 says that all have to be.
"""

_missing = [shelf for shelf, apps in FURTHER_SHELVES.items() if not all(map(find_spec, apps))]
assert not (_missing and os.environ.get("TEST_ALL_PACKAGES")), _missing
FURTHER = [shelf for shelf in FURTHER_SHELVES if shelf not in _missing]

URLS = [
    "ajax_select.urls",
    "captcha.urls",
    "django_ckeditor_5.urls",
    "django_select2.urls",
    "django_summernote.urls",
    "filer.server.urls",
    "markdownx.urls",
    "martor.urls",
    "mdeditor.urls",
    "nested_admin.urls",
    "smart_selects.urls",
    "tags_input.urls",
    "tinymce.urls",
]
"""What their widgets need."""

NO_APPS = ["django_lifecycle", "picklefield", "jsonfield", "relativedeltafield"]
"""To be imported only."""

_apps = list(SHELVES.values()) + [FURTHER_SHELVES[shelf] for shelf in FURTHER]
_left_out = [*NO_APPS, *INSTALLED_APPS]
_needed = list(dict.fromkeys(app for apps in _apps for app in apps if app not in _left_out))
_first = [app for app in _needed if app == "modeltranslation"]  # it says so itself
INSTALLED_APPS = [
    *_first,
    *[app for app in INSTALLED_APPS if app != "tests.guard.press"],
    *[app for app in _needed if app not in _first],
    "tests.guard.press",
    "tests.guard.packages.cabinet",
    "tests.guard.packages.further",
]
PACKAGE_URLS = [urls for urls in URLS if urls.partition(".")[0] in INSTALLED_APPS]
MIGRATION_MODULES = dict.fromkeys([app.rpartition(".")[2] for app in INSTALLED_APPS])
ROOT_URLCONF = "tests.guard.packages.urls"

LANGUAGES = [("en", "English"), ("de", "German")]
LANGUAGE_CODE = "en"
HASHID_FIELD_SALT = "only for tests"
PHONENUMBER_DEFAULT_REGION = "DE"
CKEDITOR_5_CONFIGS = {"default": {"toolbar": ["bold", "link"]}}
CKEDITOR_5_CUSTOM_CSS = ""

CAPTCHA_TEST_MODE = True
FIELD_ENCRYPTION_KEY = "S7jXOT1fWmPj2DSTuNvEA0uOXPHlYCJGs6VDF8TRgBw="
SALT_KEY = "only for tests"
TAGS_INPUT_MAPPINGS = {"further.Flavour": {"field": "name"}}
THUMBNAIL_PROCESSORS = ["image_cropping.thumbnail_processors.crop_corners", "easy_thumbnails.processors.colorspace"]
X_FRAME_OPTIONS = "SAMEORIGIN"
SILENCED_SYSTEM_CHECKS = ["ckeditor.W001"]
