from __future__ import annotations

from bitfield import BitField
from bitfield.forms import BitFieldCheckboxSelectMultiple
from django.contrib import admin
from django.db import models

from tests.guard.packages.case import value_case


class Flagged(models.Model):
    title = models.CharField(max_length=100)
    value = BitField(flags=("red", "green", "blue"))


class FlaggedAdmin(admin.ModelAdmin):
    formfield_overrides = {BitField: {"widget": BitFieldCheckboxSelectMultiple}}


value_case("bitfield", Flagged, 1, 6, {"value": ["green"]}, ("blue",), model_admin=FlaggedAdmin)
