"""What a change form gives to the browser: a place for the bar, and the configuration as JSON data.

The parent's own template stays in use, whatever theme or package it is from: ours extends it.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any, Dict, List, Mapping, NamedTuple, Optional
from urllib.parse import quote as url_quote

from django.contrib.admin.utils import quote
from django.core.serializers.json import DjangoJSONEncoder
from django.db import router
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from .. import conf
from ..access import identity, page_request
from ..access.people import wire_id
from ..admin_templates import PAGE, R, wrap
from ..request_notes import Note
from ..rooms import kept_drafts, store_choice, sync
from ..translation import gettext
from ..transport import choice
from . import drafts, live, related, texts
from .media import FOLDER, VersionedMedia, addresses_depend_on
from .shown_form import ShownForm

PARTS = {
    "chat": {"script": "js/admin_chat_panel.js", "style": "css/admin_chat_panel.css"},
    "company": {"script": "js/admin_company.js", "style": "css/admin_company.css"},
    "conflict": {"script": "js/admin_conflict.js", "style": "css/admin_conflict.css"},
    "comparison": {"script": "js/admin_comparison.js"},
    "http": {"script": "js/admin_http.js"},
    "keeper": {"script": "js/admin_keeper.js"},
    "input": {"script": "js/admin_input.js"},
    "live": {"script": "js/admin_live.js", "style": "css/admin_live.css"},
    "add": {"script": "js/admin_add.js", "style": "css/admin_company.css"},
    "list": {"script": "js/admin_list.js", "style": "css/admin_list.css"},
}
"""What a page loads only when it is needed; frontend/parts.js loads it."""


RENDERED_AT: Note[float] = Note("rendered_at", 0.0)
OBJECT_ID: Note[Optional[str]] = Note("object_id", None)
UNGUARDED: Note[Mapping[str, None]] = Note("unguarded", {})
"""The labels of fields whose changes by others are not noticed."""
FILLABLE: Note[Optional[List[str]]] = Note("fillable", None)
"""The controls of a page that is read for its values alone."""


def rendered_at() -> float:
    """The store's time before the row is read, to tell whether a save came after it; 0 when not known."""
    return sync.store_now()


def add_to(response: R, own: Dict[str, Any]) -> R:
    """Put root and configuration into a change form's response, in front of its content. own: see ``config``."""
    return wrap(response, PAGE, collaborator=SafeString(texts.root() + script(own)))


def add_to_new(response: R, model_admin: Any, request: HttpRequest) -> R:
    """Put what keeps unsaved text into the form of an object that is to be added."""
    opts = model_admin.opts
    draft = drafts.name_of_new(
        request.user, opts.model, identity.realm_of(opts.model, router.db_for_write(opts.model))
    )
    if draft is None:
        return response
    messages = {key: gettext(texts.TEXTS[key]) for key in ("draft_back", "draft_not_kept")}
    own = {"draft": draft, "form_id": f"{opts.model_name}_form", "parts": parts(), "messages": messages}
    block = json_script(own, "admin-collaborator-add")
    return wrap(response, PAGE, collaborator=SafeString(texts.root_of_new() + block))


def script(own: Dict[str, Any]) -> str:
    """The configuration as a script element: ``own`` together with the options and texts that all pages have."""
    options = conf.own_options()
    shared = _shared(get_language(), json.dumps(options, cls=DjangoJSONEncoder) if options else "")
    entries = f"{{{_written(own)}, {_parts().written}, {shared}}}"
    return f'<script id="admin-collaborator-config" type="application/json">{entries}</script>'


@lru_cache(maxsize=64)
def _shared(language: Optional[str], own_options: str) -> str:
    # Some eighty texts: writing them again for each page takes longer than all the rest of the configuration.
    # The arguments only say for whom it was written: both are what the request has now.
    return _written({"options": conf.translated_options(), "messages": texts.translated()})


def _written(some: Dict[str, Any]) -> str:
    """The entries of a dictionary as a script element has them."""
    text = json.dumps(some, cls=DjangoJSONEncoder)[1:-1]
    # What ends a script element, or begins another, as ``json_script`` writes it.
    return text.replace("<", "\\u003C").replace(">", "\\u003E").replace("&", "\\u0026")


def config(form: ShownForm, may_edit: bool) -> Dict[str, Any]:
    """What only this page has in its configuration; docs/protocol.md says what the scripts make of it."""
    model_admin, request, obj = form.model_admin, form.request, form.obj
    old_drafts = drafts.old_names(request.user, obj, form.realm)
    unguarded, fillable, live_view = UNGUARDED.of(request), FILLABLE.of(request), live.of(form)
    # What the page's own address calls the object: an admin may find its objects by something else than the key.
    opts, object_id = model_admin.opts, str(OBJECT_ID.of(request) or quote(obj.pk))
    # Of what is signed only colons have to be quoted; urlencode() would look at each letter by itself.
    page = "&page=" + page_request.sign_page(request, opts, object_id).replace(":", "%3A")
    chat = f"{chat_path(request.path)}?model={url_quote(opts.label_lower)}{page}"
    query = f"site={url_quote(model_admin.admin_site.name)}{page}{related.parameter(form) if may_edit else ''}"
    return {
        "socket_path": socket_path(opts, object_id) + "?" + query,
        "http_path": http_path(model_admin, request, object_id),
        "transports": list(choice.transports()),
        "tabs": identity.digest("tabs", model_admin.admin_site.name, identity.user_name(request.user)),
        "user_id": wire_id(request.user.pk),
        "may_edit": may_edit,
        "rendered_at": RENDERED_AT.of(request),
        "form_id": f"{opts.model_name}_form",
        "object": str(obj),
        "chat": {"socket_path": chat, "about": choice.has_conversation()} if conf.option("enable_chat") else None,
        "draft": drafts.name(request.user, obj, form.realm),
        "store": store_choice.choose().kind,
        **({"keeps_drafts": True} if kept_drafts.is_on() else {}),
        **({"free_ms": int(1000 * float(conf.get("INPUT_FREE_SECONDS")))} if on_input(model_admin) else {}),
        **({"old_drafts": old_drafts} if old_drafts else {}),
        **({"unguarded": list(unguarded)} if unguarded else {}),
        **({"fillable": fillable} if fillable is not None else {}),
        **({"live": live_view} if live_view else {}),
    }


def on_input(model_admin: Any) -> bool:
    """Whether the first input begins an editing here, not the opening of the page."""
    return bool((getattr(model_admin, "collaborator_edit_on", None) or conf.get("EDIT_ON")) == "input")


def http_path(model_admin: Any, request: HttpRequest, object_id: str) -> Optional[str]:
    """The address that a page without a WebSocket asks; None where the project's own addresses have left it out."""
    return _reversed(model_admin, request, "collaborator", object_id)


def list_path(model_admin: Any, request: HttpRequest) -> Optional[str]:
    """The same for a list."""
    return _reversed(model_admin, request, "changelist_collaborator")


def _reversed(model_admin: Any, request: HttpRequest, name: str, *args: str) -> Optional[str]:
    opts = model_admin.opts
    name = f"{model_admin.admin_site.name}:{opts.app_label}_{opts.model_name}_{name}"
    try:
        return reverse(name, args=args, urlconf=getattr(request, "urlconf", None))
    except NoReverseMatch:
        return None


class Parts(NamedTuple):
    """The addresses of ``PARTS``. written: as a script element has them."""

    addresses: Dict[str, Dict[str, str]]
    written: str


def parts() -> Dict[str, Dict[str, str]]:
    """The addresses of ``PARTS``, as the project's storage of static files names them; nothing where it has none.

    ``collectstatic`` has not run since the upgrade then, and the page gets scripts of before, which need no parts.
    """
    return _parts().addresses


def _parts() -> Parts:
    depends_on = addresses_depend_on()
    return _found_parts() if depends_on is None else _lasting_parts(*depends_on)


@lru_cache(maxsize=8)
def _lasting_parts(*depends_on: Any) -> Parts:
    return _found_parts()


def _found_parts() -> Parts:
    media = VersionedMedia()
    try:
        found = {
            name: {kind: media.absolute_path(FOLDER + path) for kind, path in files.items()}
            for name, files in PARTS.items()
        }
    except ValueError:  # of a storage with a manifest
        found = {}
    return Parts(found, _written({"parts": found}))


def socket_path(opts: Any, object_id: str) -> str:
    """The path of the edit socket of an object, percent-encoded. opts: of its admin."""
    return _path(f"{opts.app_label}/{opts.model_name}", object_id)


def chat_path(page_path: str) -> str:
    """The path of the chat socket of a page."""
    return _path("chat", page_path.strip("/").replace("/", "_"))


def _path(kind: str, name: str) -> str:
    start = get_script_prefix() + conf.websocket_prefix()
    return f"{start}/{url_quote(kind)}/{url_quote(name, safe='')}/"
