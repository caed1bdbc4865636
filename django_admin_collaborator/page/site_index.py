"""What the index of an admin site, and its lists, give to the browser: where to ask who is in which model."""

from __future__ import annotations

from functools import wraps
from typing import Any, Dict, Optional, Sequence

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import json_script

from .. import conf, faults
from ..admin_templates import INDEX, wrap
from ..transport import choice, site_overview
from . import texts
from .media import VersionedMedia

CSS: Dict[str, Sequence[str]] = {"all": ["django_admin_collaborator/css/admin_index.css"]}
JS = ["django_admin_collaborator/js/admin_index.js"]
PLACES = ("index", "app_index")


def extend(site: Any) -> None:
    """From now on the index of this site, and that of each app, tell who is where: as each site answers by itself."""
    for place in PLACES:
        view = getattr(site, place)
        if not hasattr(view, "_collaborator_site"):
            setattr(site, place, _extended(site, view))


def _extended(site: Any, view: Any) -> Any:
    @wraps(view)
    def extended(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        response = view(request, *args, **kwargs)
        with faults.logged("an index does not tell who is where: %s", site.name):
            own = variables(site, request, is_index=True)
            if own:
                wrap(response, INDEX, **own)
        return response

    vars(extended)["_collaborator_site"] = site
    return extended


def variables(site: Any, request: HttpRequest, is_index: bool = False) -> Dict[str, Any]:
    """What a template of ours puts into the page; nothing where nobody is told."""
    if not conf.get("INDEX") or choice.HTTP not in choice.transports() or "_popup" in request.GET:
        return {}
    path = _path(site, request)
    if path is None:
        return {}
    own = {"path": path, "is_index": is_index, "messages": texts.translated_for("site_")}
    return {
        "collaborator_site": json_script(own, "admin-collaborator-site"),
        "collaborator_site_media": VersionedMedia(css=CSS, js=JS),
    }


def _path(site: Any, request: HttpRequest) -> Optional[str]:
    """The address for all pages of the site; one of a model's where our page of operators is not registered."""
    urlconf = getattr(request, "urlconf", None)
    names = ["django_admin_collaborator_editing_collaborator"]
    for model_admin in site._registry.values():
        if site_overview.shows(model_admin):
            opts = model_admin.opts
            names.append(f"{opts.app_label}_{opts.model_name}_changelist_collaborator")
            break
    else:
        return None
    for name in names:
        try:
            return reverse(f"{site.name}:{name}", urlconf=urlconf)
        except NoReverseMatch:
            continue
    return None
