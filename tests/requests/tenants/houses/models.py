from __future__ import annotations

from django.db import models
from django_tenants.models import DomainMixin, TenantMixin


class House(TenantMixin):
    """A publishing house, which has the whole project in a schema of its own."""

    name = models.CharField(max_length=100)
    auto_create_schema = False


class Domain(DomainMixin):
    pass
