from __future__ import annotations

from django.apps import AppConfig


class OracleConfig(AppConfig):
    name = "tests.guard.oracle"
    label = "oracle"

    def ready(self) -> None:
        from tests.guard.oracle import receivers

        receivers.connect()
