from __future__ import annotations

from django.db import models
from django_measurement.models import MeasurementField
from measurement.measures import Weight

from tests.guard.packages.case import value_case


class Crate(models.Model):
    title = models.CharField(max_length=100)
    value = MeasurementField(measurement=Weight, unit_choices=(("kg", "kg"), ("lb", "lb")))


value_case("measurement", Crate, Weight(kg=1.5), Weight(kg=7), {"value_0": "3"}, ("7", "3"))
