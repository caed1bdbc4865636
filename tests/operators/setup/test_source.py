"""Edits of Python files leave everything else byte for byte, and give up rather than guess."""

from __future__ import annotations

import ast
import difflib
from typing import List

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_admin_collaborator.operators.setup import source
from django_admin_collaborator.operators.setup.source import NotPlain

LISTS = {
    'APPS = [\n    "a",\n    "b",\n]\n': 'APPS = [\n    "a",\n    "b",\n    "new",\n]\n',
    "APPS = [\n    'a',\n    'b'\n]\n": "APPS = [\n    'a',\n    'b',\n    'new',\n]\n",
    'APPS = [\n\t"a",  # a, b\n\t"b"  # c\n]': 'APPS = [\n\t"a",  # a, b\n\t"b",  # c\n\t"new",\n]',
    'APPS = ["a", "b"]\n': 'APPS = ["a", "b", "new"]\n',
    'APPS = ["a", "b", ]\n': 'APPS = ["a", "b", "new", ]\n',
    'APPS = ("a",)\n': 'APPS = ("a", "new",)\n',
    "APPS = []\n": 'APPS = ["new"]\n',
    "APPS = ()\n": 'APPS = ("new",)\n',
    'APPS = [\r\n    "ä",\r\n]\r\n': 'APPS = [\r\n    "ä",\r\n    "new",\r\n]\r\n',
    'APPS = ["a",\n        "b"]\nX = 1': 'APPS = ["a",\n        "b", "new"]\nX = 1',
    'APPS = ["ä", "ö"]; Y = 2\n': 'APPS = ["ä", "ö", "new"]; Y = 2\n',
    'APPS: list = [\n    "a",\n    # the end\n]\n': 'APPS: list = [\n    "a",\n    "new",\n    # the end\n]\n',
    '\f\nAPPS = [\n    "a",\n]\n': '\f\nAPPS = [\n    "a",\n    "new",\n]\n',
}


@pytest.mark.parametrize("text", LISTS)
def test_an_entry_is_added_to_a_list(text: str) -> None:
    assert source.add_to_list(text, "APPS", "new") == LISTS[text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('APPS = [\n    "a",\n]\n', 'APPS = [\n    "new",\n    "a",\n]\n'),
        ('APPS = ["a"]\n', 'APPS = ["new", "a"]\n'),
        ("APPS = [  # ours\n    'a',\n]\n", "APPS = [  # ours\n    'new',\n    'a',\n]\n"),
    ],
)
def test_an_entry_is_added_in_front(text: str, expected: str) -> None:
    assert source.add_to_list(text, "APPS", "new", first=True) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "from base import *\n",
        'APPS = [*BASE, "a"]\n',
        'APPS = BASE + ["a"]\n',
        'APPS = ["a"]\nAPPS += ["b"]\n',
        'APPS = ["a"]\nAPPS.append("b")\n',
        'APPS = ["a"]\nAPPS[0:0] = ["b"]\n',
        'if DEBUG:\n    APPS = ["a"]\n',
        'APPS = ["a"]\nif DEBUG:\n    APPS = ["b"]\n',
        'APPS = ["a", env("APP")]\n',
        'APPS = "a", "b"\n',
        'APPS = OTHER = ["a"]\n',
        'APPS = ["a"\n',
        'APPS = ["a"]\ndel APPS\n',
    ],
)
def test_what_is_no_plain_list_is_left_alone(text: str) -> None:
    with pytest.raises(NotPlain):
        source.add_to_list(text, "APPS", "new")


def test_a_list_may_be_read_elsewhere() -> None:
    text = 'APPS = ["a"]\nLOCAL = [app for app in APPS if app]\n'
    assert source.add_to_list(text, "APPS", "new").startswith('APPS = ["a", "new"]\nLOCAL')


COMMENTS = st.sampled_from(["", "  # one", "  # one, two", "  # ]", " # 'x',"])


@given(
    st.lists(st.tuples(st.sampled_from(["a", "b.ü", "c,d", "e]f", "#g"]), COMMENTS), min_size=1, max_size=4),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.sampled_from("[("),
    st.sampled_from(["    ", "\t", " "]),
    st.booleans(),
)
def test_whatever_a_list_looks_like_only_the_entry_is_added(
    entries: List, newline: str, has_comma: bool, bracket: str, indent: str, first: bool
) -> None:
    lines = [f"{indent}'{entry}'," + comment for entry, comment in entries]
    if not has_comma and (bracket == "[" or len(lines) > 1):
        entry, comment = entries[-1]
        lines[-1] = f"{indent}'{entry}'" + comment
    text = newline.join(["X = 1", f"APPS = {bracket}", *lines, {"[": "]", "(": ")"}[bracket], "Y = 2", ""])
    new = source.add_to_list(text, "APPS", "new", first=first)
    values = {node.targets[0].id: ast.literal_eval(node.value) for node in ast.parse(new).body}
    names = [entry for entry, _ in entries]
    assert list(values["APPS"]) == (["new", *names] if first else [*names, "new"])
    added = [line for line in difflib.ndiff(text.split(newline), new.split(newline)) if line[0] in "+-"]
    assert len(added) == 1 or (not has_comma and len(added) == 3)


def test_a_base_is_put_in_front_of_the_others() -> None:
    text = "@admin.register(A)\nclass AAdmin(\n    # ours\n    admin.ModelAdmin,\n):\n    pass\n"
    assert source.add_base(text, "AAdmin", "Mixin").splitlines()[3] == "    Mixin, admin.ModelAdmin,"


@pytest.mark.parametrize("text", ["class A:\n    pass\n", "class A(B): pass\nclass A(C): pass\n", "A = type()\n"])
def test_a_class_that_is_not_there_once_with_bases_is_left_alone(text: str) -> None:
    with pytest.raises(NotPlain):
        source.add_base(text, "A", "Mixin")


IMPORTS = {
    "from a import b\nx = 1\n": "from a import b\nfrom m import N\nx = 1\n",
    '"""Doc."""\nfrom __future__ import annotations\n\nx = 1\n': (
        '"""Doc."""\nfrom __future__ import annotations\nfrom m import N\n\nx = 1\n'
    ),
    "from a import (\n    b,\n    c,\n)\n\nx = 1\n": "from a import (\n    b,\n    c,\n)\nfrom m import N\n\nx = 1\n",
    "import a": "import a\nfrom m import N\n",
    "": "from m import N\n",
    "import a  # ä\r\nx = 1\r\n": "import a  # ä\r\nfrom m import N\r\nx = 1\r\n",
    "from m import N\nx = 1\n": "from m import N\nx = 1\n",
}


@pytest.mark.parametrize("text", IMPORTS)
def test_an_import_is_added_behind_the_others(text: str) -> None:
    assert source.add_import(text, "m", "N") == IMPORTS[text]


def test_lines_are_added_at_the_end() -> None:
    assert source.append("x = 1", "\ny = 2\n") == "x = 1\n\ny = 2\n"
    assert source.append("x = 1\r\n", "\ny = 2\n") == "x = 1\r\n\r\ny = 2\r\n"


@pytest.mark.parametrize(
    "content",
    [b"# -*- coding: latin-1 -*-\nx = '\xe4'\r\n", b"\xef\xbb\xbfx = '\xc3\xa4'\n", b"x = 1\ry = 2", b""],
)
def test_a_file_that_is_read_and_written_stays_byte_for_byte(tmp_path, content: bytes) -> None:
    path = tmp_path / "settings.py"
    path.write_bytes(content)
    text, encoding = source.read(path)
    source.write(path, text, encoding)
    assert path.read_bytes() == content
