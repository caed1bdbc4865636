"""The page's own texts: the same English on both sides, and no key that only one side knows."""

from __future__ import annotations

import json
import re

from django.utils.translation import override

from django_admin_collaborator.page.texts import TEXTS, translated
from tests.test_house import ROOT

PUT_TOGETHER = ("state_", "store_", "answer_", "lost_", "got_", "promised_", "others_", "site_")
FRONTEND = ROOT / "frontend"


def test_scripts_and_python_have_the_same_english():
    assert json.loads((FRONTEND / "messages.json").read_text(encoding="utf-8")) == TEXTS


def test_every_text_is_used_by_a_script():
    source = "\n".join(path.read_text(encoding="utf-8") for path in FRONTEND.glob("*.js"))
    used = [key for key in TEXTS if re.search(rf"\b({key}|{key.replace('_', '-')})\b", source)]
    unused = [key for key in TEXTS if key not in used and not key.startswith(PUT_TOGETHER)]
    assert unused == []


def test_texts_go_through_gettext():
    with override("en"):
        assert translated() == TEXTS
