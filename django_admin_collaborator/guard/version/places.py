"""Language and time zone, by which the same value is shown as one text or another. People change them while a page is
open, for themselves or in another tab."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager, suppress
from typing import Iterator

from django.conf import settings
from django.utils import timezone, translation


def current() -> str:
    """Those of now, as one text; empty for those of the project."""
    zone = timezone.get_current_timezone_name() if settings.USE_TZ else settings.TIME_ZONE
    found = [translation.get_language() or settings.LANGUAGE_CODE, zone]
    return "" if found == [settings.LANGUAGE_CODE, settings.TIME_ZONE] else " ".join(found)


@contextmanager
def there(place: str) -> Iterator[None]:
    """Show and read values as at ``place``; in a time zone that has no name known here, as now."""
    language, _, zone = (place or f"{settings.LANGUAGE_CODE} {settings.TIME_ZONE}").partition(" ")
    with ExitStack() as stack:
        stack.enter_context(translation.override(language))
        if settings.USE_TZ:
            stack.enter_context(timezone.override(timezone.get_current_timezone()))
            with suppress(Exception):  # each library of time zones has one of its own
                timezone.activate(zone)
        yield
