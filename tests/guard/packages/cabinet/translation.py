"""Imported by django-modeltranslation, once all models are there."""

from __future__ import annotations

from modeltranslation.translator import TranslationOptions, translator

from tests.guard.packages.cabinet.modeltranslation import Sign


class SignTranslation(TranslationOptions):
    fields = ["title", "text"]


translator.register(Sign, SignTranslation)
