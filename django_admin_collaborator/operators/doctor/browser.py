"""What a browser does with a page of ours, as far as the doctor needs it: requests with a cookie, and a WebSocket."""

from __future__ import annotations

import http.client
import json
import struct
from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Tuple
from urllib.parse import SplitResult, urljoin, urlsplit

TRY_SECONDS = 10.0
CLOSE_FRAME, TEXT_FRAME = 8, 1
LARGEST_ANSWER = 8 * 1024 * 1024


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Any
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


class Browser:
    """base: the public address; every path is below its host. cookies: by name. Its requests raise OSError
    and http.client.HTTPException."""

    def __init__(self, base: SplitResult, cookies: Optional[Dict[str, str]] = None) -> None:
        self.base = base
        self.cookies = dict(cookies or {})

    @property
    def origin(self) -> str:
        return f"{self.base.scheme}://{self.base.netloc}"

    def get(self, url: str, **headers: str) -> Answer:
        return self._ask("GET", url, None, headers)

    def post(self, url: str, body: Any, **headers: str) -> Answer:
        own = {"Content-Type": "application/json", "Origin": self.origin, "Referer": self.origin + url}
        return self._ask("POST", url, json.dumps(body).encode(), {**own, **headers})

    def open_socket(self, path: str) -> Tuple[int, List[Dict[str, Any]], int]:
        """The status of a handshake, what the server says until its welcome, and the code with which it closes, or 0.

        Raises: OSError, http.client.HTTPException
        """
        connection = self._connection(self.base)
        headers = {
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Origin": self.origin,
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "ZG9jdG9yIGRvY3RvciBkbw==",  # any 16 bytes
            "Cookie": self._cookie_header(),
        }
        try:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            if response.status != 101:
                return response.status, [], 0
            messages, code = _listen(response.fp)
            if not code:
                connection.sock.sendall(_masked({"type": "leave", "reason": "unload"}))
            return 101, messages, code
        finally:
            connection.close()

    def _ask(self, method: str, url: str, body: Optional[bytes], headers: Dict[str, str]) -> Answer:
        parts = urlsplit(urljoin(self.origin + "/", url))
        connection = self._connection(parts)
        own = {"Cookie": self._cookie_header()} if parts.netloc == self.base.netloc else {}
        target = (parts.path or "/") + ("?" + parts.query if parts.query else "")
        try:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, target, body=body, headers={**own, **sent})
            response = connection.getresponse()
            content = response.read(LARGEST_ANSWER)
            for header in response.headers.get_all("Set-Cookie") or []:
                name, _, value = header.partition(";")[0].partition("=")
                self.cookies[name.strip()] = value.strip()
            return Answer(response.status, response.headers, content)
        finally:
            connection.close()

    def _connection(self, parts: SplitResult) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        return kind(parts.netloc, timeout=TRY_SECONDS)

    def _cookie_header(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())


def _listen(stream: Any) -> Tuple[List[Dict[str, Any]], int]:
    messages: List[Dict[str, Any]] = []
    try:
        while not any(message.get("type") == "welcome" for message in messages):
            opcode, content = _frame(stream)
            if opcode == CLOSE_FRAME:
                return messages, struct.unpack(">H", content[:2])[0] if len(content) >= 2 else 1005
            if opcode == TEXT_FRAME:
                messages.append(json.loads(content))
    except (OSError, ValueError, struct.error):  # it falls silent, or speaks something else
        pass
    return messages, 0


def _frame(stream: Any) -> Tuple[int, bytes]:
    """One frame of a server, which masks none (RFC 6455, 5.2)."""
    first, length = struct.unpack(">BB", stream.read(2))
    if length == 126:
        (length,) = struct.unpack(">H", stream.read(2))
    elif length == 127:
        (length,) = struct.unpack(">Q", stream.read(8))
    return first & 15, stream.read(min(length, LARGEST_ANSWER))


def _masked(message: Dict[str, Any]) -> bytes:
    """A short frame of a client. A mask of zeros is one, and changes nothing."""
    content = json.dumps(message).encode()
    return struct.pack(">BB4x", 0x80 | TEXT_FRAME, 0x80 | len(content)) + content
