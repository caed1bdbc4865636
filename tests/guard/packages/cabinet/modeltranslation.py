from __future__ import annotations

from django.db import models
from modeltranslation.admin import TranslationAdmin

from tests.guard.packages.case import case


class Sign(models.Model):
    title = models.CharField(max_length=100)
    text = models.TextField(blank=True)


case(
    "modeltranslation",
    Sign,
    TranslationAdmin,
    make=lambda: Sign.objects.create(title_en="Before", title_de="Vorher", text_en="Text", text_de=""),
    typed={"title_en": "Mine"},
    others={
        "title_de": lambda obj: Sign.objects.update(title_de="Ihres"),
        "text_en": lambda obj: Sign.objects.update(text_en="Theirs"),
    },
    same=[(lambda obj: Sign.objects.update(title_de="Ihres"), {"title_de": "Meines"}, ("Ihres", "Meines"))],
)
