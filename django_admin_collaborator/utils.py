"""``CollaborativeAdminMixin``, the one line that a ``ModelAdmin`` needs."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence, Type

from django import forms
from django.apps import apps
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import path

from . import defaults, faults
from .access.collaborative import Collaborative
from .conf import APP, own_id
from .guard.mixin import GuardedAdminMixin
from .guard.views.change_form import rendered_object
from .operators.doctor import report
from .page import changelist, configuration, site_index
from .page.media import VersionedMedia
from .page.shown_form import ShownForm
from .transport import http


def __getattr__(name: str) -> Any:
    if name in defaults.ALSO_IN_UTILS:
        return defaults.find(__name__, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


class CollaborativeAdminMixin(Collaborative, GuardedAdminMixin):
    """Edit lock, presence, chat and guarded saves for a ``ModelAdmin``. It has to come first in the bases.

    class ArticleAdmin(CollaborativeAdminMixin, admin.ModelAdmin): ...
    """

    class Media:
        css: Dict[str, Sequence[str]] = {"all": ["django_admin_collaborator/css/admin_chat.css"]}
        js = [
            "django_admin_collaborator/js/admin_edit.js",
            "django_admin_collaborator/js/admin_chat.js",
        ]

    def __init__(self, model: Type[Model], admin_site: Any) -> None:
        super().__init__(model, admin_site)
        site_index.extend(admin_site)

    @property
    def media(self) -> forms.Media:
        # A ModelAdmin with a Media class of its own would hide the one above.
        media = super().media
        with self._net():
            media += VersionedMedia(css=CollaborativeAdminMixin.Media.css, js=CollaborativeAdminMixin.Media.js)
        return media

    def check(self, **kwargs: Any) -> List[CheckMessage]:
        """Also what no check of the app can say, when the app is not installed."""
        found: List[CheckMessage] = super().check(**kwargs)
        if not apps.is_installed(APP):
            found.append(
                Error(
                    f"{type(self).__name__} has CollaborativeAdminMixin, and its app is not installed.",
                    hint=f'Add "{APP}" to INSTALLED_APPS, and run: manage.py migrate.',
                    obj=type(self),
                    id=own_id("E011"),
                )
            )
        return found

    def get_urls(self) -> List[Any]:
        """The admin's own, and those that pages without a WebSocket ask: of an object, and of the list."""
        view, name = http.view(self.admin_site), f"{self.model._meta.app_label}_{self.model._meta.model_name}"
        own: List[Any] = [
            path("<path:object_id>/change/collaborator/", view, name=name + "_collaborator"),
            path("collaborator/", view, name=name + "_changelist_collaborator"),
        ]
        return [*own, *super().get_urls()]  # the last of the others takes everything

    def get_collaborator_request(self, request: HttpRequest) -> HttpRequest:
        """The request with which a socket asks this admin's hooks. Override it to add what they need.

        request: as near to the page's as can be had; see "When a socket asks" in docs/deployment.md. Called in a
            thread. Whom the request is of is for the middlewares to say.
        """
        return request

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Optional[Dict[str, Any]] = None,
    ) -> HttpResponse:
        """The change form, with the root and the configuration of the collaborating page."""
        if not apps.is_installed(APP):
            raise ImproperlyConfigured(f'{type(self).__name__} needs "{APP}" in INSTALLED_APPS.')
        with self._net():
            configuration.OBJECT_ID.put(request, object_id)
            configuration.RENDERED_AT.put(request, configuration.rendered_at())
        response = super().change_view(request, object_id, form_url, extra_context)
        with self._net():
            report.add_to(request, response)
        return response

    def changelist_view(self, request: HttpRequest, extra_context: Optional[Dict[str, Any]] = None) -> HttpResponse:
        """The list, with who is in each of its rows."""
        response = super().changelist_view(request, extra_context)
        with self._net():
            changelist.add_to(self, request, response)
        return response

    def render_change_form(self, request: HttpRequest, context: Dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        response = super().render_change_form(request, context, *args, **kwargs)
        with self._net():
            obj = rendered_object(context, args, kwargs)
            if obj is not None and obj.pk is not None and not context.get("add", kwargs.get("add", False)):
                form = ShownForm(self, request, context, obj)
                may_edit = self.has_change_permission(request, obj)
                configuration.add_to(response, configuration.config(form, may_edit))
            elif "_saveasnew" not in request.POST:  # which is of what was deleted
                configuration.add_to_new(response, self, request)
        return response

    def _net(self) -> Any:
        return faults.logged("a page of %s opens without its lock", self.model._meta.label)
