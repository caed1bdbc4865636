from __future__ import annotations

from django.db import models
from simple_history.models import HistoricalRecords


class Report(models.Model):
    title = models.CharField(max_length=100)
    body = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.title


class Chapter(models.Model):
    report = models.ForeignKey(Report, related_name="chapters", on_delete=models.CASCADE)
    text = models.CharField(max_length=100)


class Minutes(models.Model):
    title = models.CharField(max_length=100)
    body = models.TextField(blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name_plural = "minutes"


class Figure(models.Model):
    title = models.CharField(max_length=100)
    number = models.IntegerField(default=0)
