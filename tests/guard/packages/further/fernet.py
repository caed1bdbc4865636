from __future__ import annotations

from django.db import models
from encrypted_fields.fields import EncryptedTextField

from tests.guard.packages.case import value_case


class FernetSecret(models.Model):
    title = models.CharField(max_length=100)
    value = EncryptedTextField()


value_case("fernet", FernetSecret, "before", "theirs", {"value": "mine"}, ("theirs", "mine"))
