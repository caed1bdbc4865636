"""Scripts and styles under addresses that change with each version: no browser runs older ones from its cache."""

from __future__ import annotations

import copy
from functools import lru_cache
from typing import Any, Dict, List, Optional, Tuple

from django import forms
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage

from .. import __version__, faults

FOLDER = "django_admin_collaborator/"
_WITHOUT_VERSION = "files of a page have no version in their address"


class VersionedMedia(forms.Media):
    """Media that stay versioned when others are added, as the admin adds those of forms and inlines."""

    def absolute_path(self, path: Any) -> str:
        """The address of a file. Where it lasts it is made once, those of Django's own files too: they are many."""
        with faults.logged(_WITHOUT_VERSION):
            depends_on = addresses_depend_on()
            return _address(str(path)) if depends_on is None else _lasting_address(str(path), *depends_on)
        return super().absolute_path(path)

    @property
    def _js(self) -> List[Any]:
        files: List[Any] = super()._js  # type: ignore[misc]  # of its parent, and not documented
        with faults.logged(_WITHOUT_VERSION):
            return self._addressed(files)
        return files

    @property
    def _css(self) -> Dict[str, List[Any]]:
        files = super()._css  # type: ignore[misc]  # of its parent, and not documented
        with faults.logged(_WITHOUT_VERSION):
            return {medium: self._addressed(assets) for medium, assets in files.items()}
        return files

    def _addressed(self, assets: List[Any]) -> List[Any]:
        """From Django 6.1 on a file is an object, which finds its address by itself."""
        found = []
        for asset in assets:
            path = "" if type(asset) is str else getattr(asset, "_path", "")
            if path and str(path).startswith(FOLDER):
                asset = copy.copy(asset)
                asset._path = self.absolute_path(path)
            found.append(asset)
        return found

    def __getitem__(self, name: str) -> forms.Media:
        return _versioned(super().__getitem__(name))

    def __add__(self, other: forms.Media) -> forms.Media:
        return _versioned(super().__add__(other))

    def __radd__(self, other: forms.Media) -> forms.Media:
        # Python asks here first when ours stand on the right, because they are of a subclass.
        return _versioned(forms.Media.__add__(other, self))


def _address(path: str) -> str:
    """The address of a file; of ours with the version, unless a storage has renamed it by its content."""
    address: str = forms.Media().absolute_path(path)
    return f"{address}?v={__version__}" if path.startswith(FOLDER) and address.endswith(path) else address


@lru_cache(maxsize=512)
def _lasting_address(path: str, *depends_on: Any) -> str:
    return _address(path)


def addresses_depend_on() -> Optional[Tuple[Any, ...]]:
    """What makes the addresses of files others, where Django makes them; None where they may be signed for a time."""
    lazy: Any = staticfiles_storage  # to ask it for its class makes it
    app = apps.app_configs.get("staticfiles")
    if app is not None and app.name == "django.contrib.staticfiles" and _names_as_django(lazy.__class__):
        return (lazy._wrapped, settings.DEBUG)
    return None


@lru_cache(maxsize=8)
def _names_as_django(storage_class: type) -> bool:
    """Not so where a tenant, or a time, is part of an address."""
    makers = (cls for cls in storage_class.__mro__ if {"url", "base_url"} & set(vars(cls)))
    return all(cls.__module__.startswith("django.") for cls in makers)


def _versioned(media: forms.Media) -> forms.Media:
    media.__class__ = VersionedMedia
    return media
