"""The page for operators in the admin: who is in which object, who waits, and ending somebody's editing.

It hangs on the model of our permissions. A site of your own gets it by ``site.register(Editing, EditingAdmin)``.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.views.decorators.http import require_POST

from .access.people import describe
from .access.visible_objects import Named, visible
from .models import Editing
from .operators import who_edits
from .operators.who_edits import OpenObject
from .page.media import VersionedMedia
from .rooms.store import is_unmigrated
from .stores.base import StoreUnavailable
from .translation import gettext as _
from .transport import http

RELEASE = "django_admin_collaborator.release_editing"
POLL = "X-Collaborator-Poll"
TEMPLATE = "django_admin_collaborator/who_edits.html"


@admin.register(Editing)
class EditingAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # Django 3.2 takes no argument here
    """Shows what the viewer may view in this admin site anyway; of other objects not even that they exist."""

    class Media:
        css: Dict[str, Sequence[str]] = {"all": ["django_admin_collaborator/css/admin_who_edits.css"]}
        js = ["django_admin_collaborator/js/admin_who_edits.js"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("django_admin_collaborator.view_editing"))

    def get_urls(self) -> List[URLPattern]:
        name = "{}_{}".format(self.opts.app_label, self.opts.model_name)
        site = self.admin_site
        return [
            path("", site.admin_view(self.changelist_view), name=name + "_changelist"),
            path("release/", site.admin_view(require_POST(self.release_view)), name=name + "_release"),
            path("collaborator/", http.view(site), name=name + "_collaborator"),  # for whatever page of this site
        ]

    def changelist_view(self, request: HttpRequest, extra_context: Optional[Dict[str, Any]] = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        if POLL in request.headers:  # the page looks again by itself, which is no activity of anybody
            request.session = http.QuietSession(request.session)  # type: ignore[assignment]
        rows: List[Dict[str, Any]] = []
        is_away = False
        try:
            rows = [self._row(one, obj) for one, obj in self._visible(request, who_edits.open_objects())]
        except StoreUnavailable:
            is_away = True
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "media": VersionedMedia(css=self.Media.css, js=self.Media.js),
            "title": capfirst(self.opts.verbose_name_plural),
            "rows": rows,
            "is_away": is_away,
            "is_unmigrated": is_away and is_unmigrated(),
            "release_url": self._url("release") if request.user.has_perm(RELEASE) else None,
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, TEMPLATE, context, status=503 if is_away else 200)

    def release_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request) or not request.user.has_perm(RELEASE):
            raise PermissionDenied
        reason = request.POST.get("reason", "").strip()
        found = self._find(request, request.POST.get("model", ""), request.POST.get("pk", ""))
        if found is None:
            raise Http404
        if not reason:
            messages.error(request, _("Nothing was done: the editor is told a reason. Please give one."))
        else:
            self._release(request, *found, reason)
        return redirect(self._url("changelist"))

    def _release(self, request: HttpRequest, one: OpenObject, obj: Any, reason: str) -> None:
        try:
            name = who_edits.release(type(obj), obj.pk, reason, describe(request.user), one.key)
        except StoreUnavailable:
            messages.error(request, _("The lock service does not answer."))
            return
        if name is None:
            messages.warning(request, _("Nobody edits “%s” any more.") % obj)
        else:
            messages.success(request, _("%(name)s no longer edits “%(object)s”.") % {"name": name, "object": obj})

    def _find(self, request: HttpRequest, label: str, pk: str) -> Optional[Tuple[OpenObject, Any]]:
        """What this viewer sees under this name, or None."""
        return next(self._visible(request, [OpenObject(label, pk, {}, 0.0)]), None)

    def _visible(self, request: HttpRequest, found: List[OpenObject]) -> Iterator[Tuple[OpenObject, Any]]:
        """Those that some admin of this site shows to the viewer, each with its object."""
        whole = {(one.label, one.pk, one.key): one for one in found}
        for named, obj, _admin in visible(self.admin_site, request, [Named(*place) for place in whole]):
            one = whole.get(named) or whole[named.label, named.pk, ""]
            yield replace(one, key=named.key), obj

    def _row(self, one: OpenObject, obj: Any) -> Dict[str, Any]:
        opts = obj._meta
        name = f"{self.admin_site.name}:{opts.app_label}_{opts.model_name}_change"
        return {
            "model": opts.verbose_name,
            "label": one.label,
            "pk": one.pk,
            "object": obj,
            "url": reverse(name, args=[quote(str(obj.pk))], current_app=self.admin_site.name),
            "editor": one.people["editor"] and _with_moment(one.people["editor"]),
            "waiting": [_with_moment(who) for who in one.people["waiting"]],
            "here": [_with_moment(who) for who in one.people["here"]],
        }

    def _url(self, page: str) -> str:
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_{page}"
        return reverse(name, current_app=self.admin_site.name)


def _with_moment(who: Dict[str, Any]) -> Dict[str, Any]:
    since = datetime.fromtimestamp(who["since"], timezone.utc if settings.USE_TZ else None)
    return {**who, "since": since}
