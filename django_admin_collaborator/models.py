"""No table: a model that permissions and the page of operators hang on."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class NoRows(models.Manager):
    """There is no table, and whoever goes through all models, as ``dumpdata`` does, need not know."""

    def get_queryset(self) -> models.QuerySet:
        return super().get_queryset().none()


class Editing(models.Model):
    """Somebody at an object. It lives in the rooms; the database knows only its permissions."""

    objects = NoRows()

    class Meta:
        managed = False
        verbose_name = _("editing session")
        verbose_name_plural = _("who edits")
        default_permissions = ("view",)
        permissions = [
            ("take_over_editing", "Can take over editing"),
            ("release_editing", "Can release editing"),
        ]
