from __future__ import annotations

from django.db import models
from i18nfield.admin import I18nModelAdmin
from i18nfield.fields import I18nCharField
from i18nfield.strings import LazyI18nString

from tests.guard.packages.case import value_case


class Motto(models.Model):
    title = models.CharField(max_length=100)
    value = I18nCharField(max_length=200)


value_case(
    "i18nfield",
    Motto,
    LazyI18nString({"en": "one", "de": "eins"}),
    LazyI18nString({"en": "one", "de": "theirs"}),
    {"value_1": "mine"},
    ("theirs", "mine"),
    model_admin=I18nModelAdmin,
)
