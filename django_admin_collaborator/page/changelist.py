"""What a list gives to the browser: its rows, signed, and where to ask who is in them."""

from __future__ import annotations

import logging
from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.functional import SimpleLazyObject
from django.utils.html import json_script
from django.utils.safestring import SafeString

from .. import conf, log_once
from ..access.listed_rows import sign_rows
from ..access.people import wire_id
from ..admin_templates import LIST, R, wrap
from ..transport import choice
from . import configuration, site_index, texts

logger = logging.getLogger("django_admin_collaborator")


def add_to(model_admin: Any, request: HttpRequest, response: R) -> R:
    """Put the configuration into a list's response, after its content."""
    if not (conf.get("LISTS") and getattr(model_admin, "collaborator_list", True)):
        return response
    if not isinstance(response, TemplateResponse) or response.is_rendered or choice.HTTP not in choice.transports():
        return response
    cl = (response.context_data or {}).get("cl")
    if cl is None:
        return response
    # After the table, so that its rows were read as the list reads them, once.
    script = SimpleLazyObject(lambda: _script(model_admin, request, cl))
    site = site_index.variables(model_admin.admin_site, request)
    return wrap(response, LIST, collaborator_list=script, **site)


def _script(model_admin: Any, request: HttpRequest, cl: Any) -> SafeString:
    """Never raises: a list that we cannot read is shown as it is."""
    try:
        rows = [row for row in cl.result_list if isinstance(row, Model)]
        path = configuration.list_path(model_admin, request)
        if path is None or not rows or len(rows) != len(cl.result_list):
            return SafeString("")
        own = {
            "list": {"rows": sign_rows(model_admin, request, rows), "count": len(rows)},
            "http_path": path,
            "user_id": wire_id(request.user.pk),
            "options": {},
            "messages": texts.translated_for("list_"),
            "parts": {"list": configuration.parts().get("list")},
        }
        return json_script(own, "admin-collaborator-config")
    except Exception:
        label = model_admin.opts.label
        if log_once.is_new("list", label):
            logger.exception("a list does not show who is in its rows: %s", label)
        return SafeString("")
