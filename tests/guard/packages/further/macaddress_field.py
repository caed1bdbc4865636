from __future__ import annotations

from django.db import models
from macaddress.fields import MACAddressField

from tests.guard.packages.case import value_case


class Device(models.Model):
    title = models.CharField(max_length=100)
    value = MACAddressField(null=True, blank=True)


value_case(
    "macaddress_field", Device, "00:11:22:33:44:55", "00:11:22:33:44:66", {"value": "00-11-22-33-44-77"}, ("66", "77")
)
