"""Texts that a page takes along, in few bytes. To unpack one is safe when it was signed by us."""

from __future__ import annotations

import json
import zlib
from typing import Any


def pack(text: str) -> bytes:
    """Without header and sum: it is to be signed."""
    data = text.encode("utf-8", "surrogatepass")
    # No larger window than the text: to allot 256 KB takes ten times as long as to pack what most pages have.
    bits = max(9, min(len(data).bit_length(), zlib.MAX_WBITS))
    packer = zlib.compressobj(1, zlib.DEFLATED, -bits, bits - 7)
    return packer.compress(data) + packer.flush()


def unpack(data: bytes) -> str:
    """What ``pack`` was given."""
    return zlib.decompress(data, -zlib.MAX_WBITS).decode("utf-8", "surrogatepass")


class Packed:
    """A serializer for ``Signer.sign_object``."""

    def dumps(self, value: Any) -> bytes:
        return pack(json.dumps(value, separators=(",", ":")))

    def loads(self, data: bytes) -> Any:
        return json.loads(unpack(data))
