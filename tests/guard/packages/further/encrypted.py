from __future__ import annotations

from django.db import models
from encrypted_model_fields.fields import EncryptedCharField

from tests.guard.packages.case import value_case


class Secret(models.Model):
    title = models.CharField(max_length=100)
    value = EncryptedCharField(max_length=100)


value_case("encrypted", Secret, "before", "theirs", {"value": "mine"}, ("theirs", "mine"))
