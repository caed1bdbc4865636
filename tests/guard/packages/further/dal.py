from __future__ import annotations

from dal import autocomplete
from django import forms
from django.contrib import admin
from django.db import models

from tests.guard.packages.case import case


class Author(models.Model):
    name = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.name


class Novel(models.Model):
    title = models.CharField(max_length=100)
    author = models.ForeignKey(Author, related_name="+", on_delete=models.CASCADE)
    editors = models.ManyToManyField(Author, related_name="+", blank=True)


class NovelForm(forms.ModelForm):
    class Meta:
        widgets = {
            "author": autocomplete.ModelSelect2(url="/admin/"),
            "editors": autocomplete.ModelSelect2Multiple(url="/admin/"),
        }


class NovelAdmin(admin.ModelAdmin):
    form = NovelForm


def make() -> Novel:
    authors = [Author.objects.create(name=name) for name in ("Ada", "Ben", "Eve")]
    novel = Novel.objects.create(title="Before", author=authors[0])
    novel.editors.add(authors[1])
    return novel


case(
    "dal",
    Novel,
    NovelAdmin,
    make=make,
    typed={"title": "Mine"},
    others={
        "author": lambda obj: Novel.objects.update(author=Author.objects.get(name="Eve")),
        "editors": lambda obj: obj.editors.add(Author.objects.get(name="Eve")),
    },
    same=[(lambda obj: obj.editors.add(Author.objects.get(name="Eve")), {"editors": []}, ("Eve",))],
)
