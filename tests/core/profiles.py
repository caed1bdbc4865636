"""How long hypothesis searches: HYPOTHESIS_PROFILE=short (default), long, or few for versions beside these."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "short")

# No deadline: the machine may be busy with other tests, and a slow example is no wrong one.
settings.register_profile("short", deadline=None, max_examples=100, print_blob=True)
settings.register_profile("few", settings.get_profile("short"), max_examples=10)
settings.register_profile(
    "long", deadline=None, max_examples=20_000, print_blob=True, suppress_health_check=list(HealthCheck)
)


def load() -> None:
    settings.load_profile(PROFILE)


def machine(short_runs: int, short_steps: int, long_steps: int = 60) -> settings:
    """Settings of a state machine: how many runs of how many steps."""
    if PROFILE == "long":
        return settings(settings.get_profile("long"), stateful_step_count=long_steps)
    if PROFILE == "few":
        short_runs = max(1, short_runs // 10)
    return settings(settings.get_profile("short"), max_examples=short_runs, stateful_step_count=short_steps)
