from __future__ import annotations

from io import BytesIO

from django.core.files.base import ContentFile
from PIL import Image


def png() -> ContentFile:
    file = BytesIO()
    Image.new("RGB", (80, 60)).save(file, "PNG")
    return ContentFile(file.getvalue(), "image.png")
