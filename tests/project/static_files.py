"""Static files out of memory: each page of the admin has fifty, and each browser of a test asks for all of them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Dict, Optional, Tuple

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler, StaticFilesHandler
from django.http import HttpRequest
from django.views.static import serve


@lru_cache(maxsize=None)
def read(method: str, path: str) -> Optional[Tuple[Dict[str, str], bytes]]:
    """Headers and content of a static file; None: nothing of ours to answer with."""
    if method != "GET" or not path.startswith(settings.STATIC_URL):
        return None
    found = finders.find(path[len(settings.STATIC_URL) :])
    if not found:
        return None
    response = serve(HttpRequest(), found, document_root="/")
    return dict(response.items()), b"".join(response)


class ASGIStaticFiles:
    def __init__(self, application: Any) -> None:
        self.other = ASGIStaticFilesHandler(application)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        kept = read(scope["method"], scope["path"])
        if kept is None:
            await self.other(scope, receive, send)
            return
        headers = [(name.lower().encode(), value.encode()) for name, value in kept[0].items()]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": kept[1]})


class WSGIStaticFiles:
    def __init__(self, application: Any) -> None:
        self.other = StaticFilesHandler(application)

    def __call__(self, environ: Any, start_response: Any) -> Any:
        kept = read(environ["REQUEST_METHOD"], environ["PATH_INFO"])
        if kept is None:
            return self.other(environ, start_response)
        start_response("200 OK", list(kept[0].items()))
        return [kept[1]]
