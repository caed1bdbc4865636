"""django-eav2: fields of the form that are rows of another table."""

from __future__ import annotations

import eav
from django.db import models
from eav.admin import BaseEntityAdmin
from eav.forms import BaseDynamicEntityForm
from eav.models import Attribute

from tests.guard.packages.case import case


class Patient(models.Model):
    title = models.CharField(max_length=100)


eav.register(Patient)


class PatientForm(BaseDynamicEntityForm):
    model = Patient


class PatientAdmin(BaseEntityAdmin):
    form = PatientForm


def make() -> Patient:
    Attribute.objects.create(name="Weight", slug="weight", datatype=Attribute.TYPE_INT)
    Attribute.objects.create(name="Town", slug="town", datatype=Attribute.TYPE_TEXT)
    patient = Patient.objects.create(title="Before")
    patient.eav.weight, patient.eav.town = 70, "Rome"
    patient.save()
    return patient


def change(obj: Patient) -> None:
    obj.eav.town = "Oslo"
    obj.save()


case(
    "eav",
    Patient,
    PatientAdmin,
    make=make,
    typed={"title": "Mine", "weight": "71"},
    others={"attribute": change},
    same=[(change, {"town": "Kiel"}, ("Oslo", "Kiel"))],
    not_compared={"eav_value.modified", "eav_value.created"},
)
