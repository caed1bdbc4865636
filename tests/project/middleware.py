"""A strict Content-Security-Policy, for the tests of the page under one."""

from __future__ import annotations

import re
from typing import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class ContentSecurityPolicyMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if settings.CSP:
            response["Content-Security-Policy"] = settings.CSP
            nonce = re.search(rb"'nonce-(\w+)'", settings.CSP.encode())
            if nonce and response["Content-Type"].startswith("text/html"):
                response.content = re.sub(rb"<(script|link)\b", rb'<\1 nonce="' + nonce[1] + rb'"', response.content)
                response["Content-Length"] = str(len(response.content))
        return response
