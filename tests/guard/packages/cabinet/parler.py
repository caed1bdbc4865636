"""django-parler: what a form shows lies in the translation, another model."""

from __future__ import annotations

from django.db import models
from parler.admin import TranslatableAdmin, TranslatableTabularInline
from parler.models import TranslatableModel, TranslatedFields

from tests.guard.packages.case import case


class Notice(TranslatableModel):
    position = models.IntegerField(default=0)
    translations = TranslatedFields(
        title=models.CharField(max_length=100), text=models.CharField(max_length=100, blank=True)
    )


class Clause(TranslatableModel):
    notice = models.ForeignKey(Notice, related_name="clauses", on_delete=models.CASCADE)
    position = models.IntegerField(default=0)
    translations = TranslatedFields(
        title=models.CharField(max_length=100), text=models.CharField(max_length=100, blank=True)
    )


class ClauseInline(TranslatableTabularInline):
    model = Clause
    extra = 0


class NoticeAdmin(TranslatableAdmin):
    inlines = [ClauseInline]


def make() -> Notice:
    notice = Notice.objects.create(title="Before", text="Text")
    Clause.objects.create(notice=notice, title="Clause", text="Text")
    return notice


def change(model: object, **values: str) -> object:
    return lambda obj: model._parler_meta.root_model.objects.filter(language_code="en").update(**values)


def translate(obj: Notice) -> None:
    obj.create_translation("de", title="Ihres")


case(
    "parler",
    Notice,
    NoticeAdmin,
    make=make,
    typed={"title": "Mine", "clauses-0-title": "Mine"},
    others={
        "position": lambda obj: Notice.objects.update(position=7),
        "text": change(Notice, text="Theirs"),
        "text-of-a-row": change(Clause, text="Theirs"),
        "another-language": translate,
    },
    same=[
        (change(Notice, title="Theirs"), {"title": "Mine"}, ("Theirs", "Mine")),
        (change(Clause, title="Theirs"), {"clauses-0-title": "Mine"}, ("Theirs", "Mine")),
    ],
)
