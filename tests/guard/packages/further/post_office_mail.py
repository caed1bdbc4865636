from __future__ import annotations

from typing import Any

from post_office.models import EmailTemplate

from tests.guard.packages.case import case


def model_admin() -> Any:
    from post_office.admin import EmailTemplateAdmin

    return EmailTemplateAdmin


def make() -> EmailTemplate:
    return EmailTemplate.objects.create(name="Before", subject="Subject", content="Text")


def subject(obj: Any) -> None:
    EmailTemplate.objects.update(subject="Theirs")


case(
    "post_office_mail",
    EmailTemplate,
    model_admin,
    make=make,
    typed={"name": "Mine"},
    others={"subject": subject},
    same=[(subject, {"subject": "Mine"}, ("Theirs", "Mine"))],
    not_compared=["post_office_emailtemplate.last_updated", "post_office_emailtemplate.created"],
)
