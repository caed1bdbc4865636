from __future__ import annotations

from waffle.admin import FlagAdmin
from waffle.models import Flag

from tests.guard.packages.case import case

case(
    "waffle",
    Flag,
    FlagAdmin,
    make=lambda: Flag.objects.create(name="before", percent="12.5", created="2020-01-01T00:00:00Z"),
    typed={"name": "mine"},
    others={
        "percent": lambda obj: Flag.objects.update(percent="20.0"),
        "note": lambda obj: Flag.objects.update(note="Theirs"),
    },
    same=[(lambda obj: Flag.objects.update(percent="20.0"), {"percent": "30"}, ("20", "30"))],
    not_compared={"waffle_flag.modified"},
)
