"""A model without a table, on which permissions and the page of operators hang, and the tables of the SQL store."""

from __future__ import annotations

from django.db import models

from .translation import gettext_lazy as _


class NoRows(models.Manager[models.Model]):
    """Whoever goes through all models, as ``dumpdata`` does, finds no rows: none of them are the project's data."""

    def get_queryset(self) -> models.QuerySet[models.Model]:
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


class Room(models.Model):
    """A room, as stores/sql.py writes and reads it. until: microseconds since the Unix epoch."""

    room = models.CharField(max_length=100, primary_key=True)
    revision = models.CharField(max_length=64)
    text = models.BinaryField()
    until = models.BigIntegerField()

    objects = NoRows()

    class Meta:
        base_manager_name = "objects"
        default_permissions = ()


class News(models.Model):
    """What took place in a room, for some seconds. moment: microseconds since the Unix epoch."""

    id = models.BigAutoField(primary_key=True)
    room = models.CharField(max_length=100)
    news = models.BinaryField()
    text = models.BinaryField(null=True)
    moment = models.BigIntegerField(db_index=True)

    objects = NoRows()

    class Meta:
        base_manager_name = "objects"
        default_permissions = ()
