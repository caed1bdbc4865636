"""What ``manage.py collaborator doctor`` looks at. Each file tries one thing for real and says how to mend it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """level: ``ok``, ``warning`` or ``wrong``. subject: what was looked at. remedy: empty when all is well."""

    level: str
    subject: str
    text: str
    remedy: str = ""
