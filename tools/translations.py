"""./dev translations: bring the catalogues in locale/ up to date with the sources, and compile them.

New texts come in empty; texts that no source has any more go. It names what still has to be translated.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path
from typing import Dict, Iterator, List

import polib

from django_admin_collaborator.translation import CONTEXT

PACKAGE = Path(__file__).resolve().parent.parent / "django_admin_collaborator"
LANGUAGES = ("de", "es", "fr")
MARKERS = {"_", "_noop", "gettext", "gettext_lazy", "gettext_noop"}
FOR_DEVELOPERS = {"checks"}
"""Folders whose texts nobody but developers reads."""
IN_TEMPLATE = re.compile(r"""\b(?:_|gettext)\(u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\)""")
PLACEHOLDER = re.compile(r"%\(\w+\)s|%s|\{\w+\}")


def messages() -> Dict[str, List[str]]:
    """Every text that the package translates, with the files that have it, in the order of the files."""
    found: Dict[str, List[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")) + sorted(PACKAGE.rglob("*.html")):
        if path.parent.name in FOR_DEVELOPERS:
            continue
        texts = _of_python if path.suffix == ".py" else _of_template
        for text in texts(path.read_text(encoding="utf-8")):
            files = found.setdefault(text, [])
            if path.relative_to(PACKAGE).as_posix() not in files:
                files.append(path.relative_to(PACKAGE).as_posix())
    return found


def _of_python(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or getattr(node.func, "id", "") not in MARKERS:
            continue
        if isinstance(node.args[0], ast.Constant):  # else the text was marked where it is written
            yield node.args[0].value


def _of_template(source: str) -> Iterator[str]:
    from django.utils.translation import templatize

    for literal in IN_TEMPLATE.findall(templatize(source)):
        yield ast.literal_eval(literal)


def placeholders(text: str) -> List[str]:
    return sorted(PLACEHOLDER.findall(text))


def catalogue(language: str) -> Path:
    return PACKAGE / "locale" / language / "LC_MESSAGES" / "django.po"


def update(language: str) -> polib.POFile:
    """The catalogue with exactly the texts of the sources; written and compiled."""
    path = catalogue(language)
    known = polib.pofile(str(path)) if path.exists() else polib.POFile()
    translated = {entry.msgid: entry.msgstr for entry in known if "fuzzy" not in entry.flags}
    po = polib.POFile(wrapwidth=100)
    po.metadata = {
        "Project-Id-Version": "django-admin-collaborator",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    for text, files in messages().items():
        flags = ["python-format"] if "%" in text else []
        places = [(name, "") for name in files]
        po.append(
            polib.POEntry(
                msgctxt=CONTEXT, msgid=text, msgstr=translated.get(text, ""), occurrences=places, flags=flags
            )
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    po.save(str(path))
    # Read again: what is compiled has the order and the line ends of the file.
    polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))
    return po


def main() -> None:
    missing = [(language, entry.msgid) for language in LANGUAGES for entry in update(language).untranslated_entries()]
    for language, text in missing:
        print("{}: {}".format(language, text))
    if missing:
        sys.exit("translations: {} missing; fill them in and type ./dev translations again".format(len(missing)))


if __name__ == "__main__":
    main()
