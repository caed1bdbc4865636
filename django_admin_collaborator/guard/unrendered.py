"""The last resort: a page that shows what was typed, where the form itself cannot be shown."""

from __future__ import annotations

from typing import Any, List, Mapping, Tuple

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from .refusal import Refusal

TEMPLATE = "django_admin_collaborator/refused.html"


def page_of_values(model_admin: Any, request: HttpRequest, refusal: Refusal, told: Mapping[str, Any]) -> HttpResponse:
    """Everything that was posted, to copy, and to post again. ``told``: what to say, from ``texts``."""
    context = {
        **model_admin.admin_site.each_context(request),
        **told,
        "opts": model_admin.opts,
        "typed": typed(request),
        "posted": [
            (name, value)
            for name in request.POST
            if name != "csrfmiddlewaretoken"
            for value in request.POST.getlist(name)
        ],
        "back": request.get_full_path(),
    }
    request.current_app = model_admin.admin_site.name
    return TemplateResponse(request, TEMPLATE, context, status=refusal.reason.status)


def typed(request: HttpRequest) -> List[Tuple[str, str]]:
    """What a person may have typed, without the machinery of forms."""
    return [
        (name, value)
        for name in request.POST
        if not name.startswith(("_", "csrf")) and not name.endswith("_FORMS")
        for value in request.POST.getlist(name)
        if value
    ]
