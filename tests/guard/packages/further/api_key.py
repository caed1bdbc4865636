from __future__ import annotations

from typing import Any

from rest_framework_api_key.models import APIKey

from tests.guard.packages.case import case


def model_admin() -> Any:
    from rest_framework_api_key.admin import APIKeyModelAdmin

    return APIKeyModelAdmin


def make() -> APIKey:
    return APIKey.objects.create_key(name="Before")[0]


case(
    "api_key",
    APIKey,
    model_admin,
    make=make,
    typed={"name": "Mine"},
    others={"revoked": lambda obj: APIKey.objects.update(expiry_date="2030-01-01T00:00:00Z")},
)
