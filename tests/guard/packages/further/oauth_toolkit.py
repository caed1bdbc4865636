from __future__ import annotations

from typing import Any

from oauth2_provider.models import Application

from tests.guard.packages.case import case


def model_admin() -> Any:
    from oauth2_provider.admin import ApplicationAdmin

    return ApplicationAdmin


def make() -> Any:
    return Application.objects.create(
        name="Before", client_type="confidential", authorization_grant_type="client-credentials"
    )


case(
    "oauth_toolkit",
    Application,
    model_admin,
    make=make,
    typed={"name": "Mine"},
    others={
        "redirects": lambda obj: Application.objects.update(redirect_uris="https://theirs.example.com"),
        "secret": lambda obj: Application.objects.update(client_secret="theirs"),
    },
    not_compared=["oauth2_provider_application.updated", "oauth2_provider_application.client_secret"],
)
