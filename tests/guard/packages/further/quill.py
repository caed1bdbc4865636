"""The HTML of its control has no value in it: a script beside it has."""

from __future__ import annotations

import json
import re

from django.db import models
from django_quill.fields import QuillField

from tests.guard.newsdesk import Form
from tests.guard.packages.case import value_case


class QuillText(models.Model):
    title = models.CharField(max_length=100)
    value = QuillField()


def text(words: str) -> str:
    return json.dumps({"delta": json.dumps({"ops": [{"insert": f"{words}\n"}]}), "html": f"<p>{words}</p>"})


def script(form: Form) -> None:
    for delta in re.findall(r"var contents = JSON.parse\('(.*?)'\);", form.text):
        words = json.loads(json.loads(f'"{delta}"'))["ops"][0]["insert"].strip()
        form["value"] = text(words)
    for value in re.findall(r"var value = JSON.parse\('(.*?)'\);", form.text):
        form["value"] = json.loads(f'"{value}"')


value_case("quill", QuillText, text("Before"), text("Theirs"), {"value": text("Mine")}, ("Theirs",), script=script)
