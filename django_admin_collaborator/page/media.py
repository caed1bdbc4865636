"""Scripts and styles under addresses that change with each version: no browser runs older ones from its cache."""

from __future__ import annotations

from typing import Any

from django import forms

from .. import __version__

FOLDER = "django_admin_collaborator/"


class VersionedMedia(forms.Media):
    """Media that stay versioned when others are added, as the admin adds those of forms and inlines."""

    def absolute_path(self, path: Any) -> str:
        """The address of a file. What a storage has renamed by its content is left as it is."""
        address = super().absolute_path(path)
        if str(path).startswith(FOLDER) and address.endswith(str(path)):
            address += "?v=" + __version__
        return address

    def __getitem__(self, name: str) -> forms.Media:
        return _versioned(super().__getitem__(name))

    def __add__(self, other: forms.Media) -> forms.Media:
        return _versioned(super().__add__(other))

    def __radd__(self, other: forms.Media) -> forms.Media:
        # Python asks here first when ours stand on the right, because they are of a subclass.
        return _versioned(forms.Media.__add__(other, self))


def _versioned(media: forms.Media) -> forms.Media:
    media.__class__ = VersionedMedia
    return media
