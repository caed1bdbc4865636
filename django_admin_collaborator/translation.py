"""Our texts in the language of whoever reads them.

All have one context, so that no word of Django's, nor of the project's, slips into a sentence of ours.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import pgettext, pgettext_lazy

CONTEXT = "django-admin-collaborator"


def gettext(text: str) -> str:
    return pgettext(CONTEXT, text)


def gettext_lazy(text: str) -> Any:
    return pgettext_lazy(CONTEXT, text)


def gettext_noop(text: str) -> str:
    """Mark a text that is translated where it is used."""
    return text


def is_translated() -> bool:
    """Whether there are texts of ours in the present language; else they are English, whatever the page is."""
    return gettext(EVERYWHERE) != EVERYWHERE


EVERYWHERE = gettext_noop("Dismiss")
