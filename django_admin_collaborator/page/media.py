"""Scripts and styles under addresses that change with each version: no browser runs older ones from its cache."""

from __future__ import annotations

import copy
from typing import Any, Dict, List, Optional, Tuple

from django import forms
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage

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

    @property
    def _js(self) -> List[Any]:
        return [self._addressed(asset) for asset in super()._js]  # type: ignore[misc]  # of its parent, and not documented

    @property
    def _css(self) -> Dict[str, List[Any]]:
        files = super()._css  # type: ignore[misc]  # of its parent, and not documented
        return {medium: [self._addressed(asset) for asset in assets] for medium, assets in files.items()}

    def _addressed(self, asset: Any) -> Any:
        """From Django 6.1 on a file is an object, which finds its address by itself."""
        path = None if isinstance(asset, str) else getattr(asset, "_path", None)
        if not isinstance(path, str) or not path.startswith(FOLDER):
            return asset
        addressed = copy.copy(asset)
        addressed._path = self.absolute_path(path)
        return addressed

    def __getitem__(self, name: str) -> forms.Media:
        return _versioned(super().__getitem__(name))

    def __add__(self, other: forms.Media) -> forms.Media:
        return _versioned(super().__add__(other))

    def __radd__(self, other: forms.Media) -> forms.Media:
        # Python asks here first when ours stand on the right, because they are of a subclass.
        return _versioned(forms.Media.__add__(other, self))


def addresses_depend_on() -> Optional[Tuple[Any, ...]]:
    """What makes the addresses of files others, where Django makes them; None where they may be signed for a time."""
    lazy: Any = staticfiles_storage  # to ask it for its class makes it
    if apps.is_installed("django.contrib.staticfiles") and lazy.__class__.url.__module__.startswith("django."):
        return (lazy._wrapped, settings.DEBUG)
    return None


def _versioned(media: forms.Media) -> forms.Media:
    media.__class__ = VersionedMedia
    return media
