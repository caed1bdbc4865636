"""A test client whose cookies go where a browser would send them."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.test import Client


class Browser:
    """Sends a cookie back to the paths that it was set for alone, as they are written in the request."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get(self, url: str) -> Any:
        return self._request("get", url)

    def post(self, url: str, data: Any) -> Any:
        return self._request("post", url, data)

    def _request(self, method: str, url: str, *arguments: Any) -> Any:
        path = url.partition("?")[0]
        jar = self.client.cookies
        self.client.cookies = type(jar)()
        for name, cookie in jar.items():
            if _reaches(cookie["path"] or "/", path):
                self.client.cookies[name] = cookie.value
        response = getattr(self.client, method)(url, *arguments)
        self.client.cookies = jar
        for name, cookie in response.cookies.items():
            if not cookie.output(header="").isascii():
                return HttpResponse(f"Cookie {name} is no header", status=500)  # as servers say that write it
            if cookie["max-age"] == 0 or not cookie.value:
                jar.pop(name, None)
            else:
                jar[name] = cookie
        return response


def _reaches(of_cookie: str, path: str) -> bool:
    """RFC 6265, 5.1.4."""
    return path == of_cookie or path.startswith(of_cookie if of_cookie.endswith("/") else of_cookie + "/")
