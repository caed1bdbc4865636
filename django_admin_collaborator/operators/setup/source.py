"""Edits of a Python file that leave everything else in it byte for byte. Each takes a text and gives the new one."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from pathlib import Path
from typing import Any, Iterator, List, Optional, Sequence, Tuple

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|$)")  # str.splitlines knows more ends of lines than Python's grammar


class NotPlain(Exception):
    """The file is not written as plainly as it would have to be. A clause for people."""


def read(path: Path) -> Tuple[str, str]:
    """The text of a Python file, with its own ends of lines, and its encoding."""
    content = path.read_bytes()
    encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    return content.decode(encoding), encoding


def write(path: Path, text: str, encoding: str) -> None:
    path.write_bytes(text.encode(encoding))


def newline_of(text: str) -> str:
    found = re.search(r"\r\n|\n|\r", text)
    return found.group() if found else "\n"


def parse(text: str) -> ast.Module:
    """Raises: NotPlain"""
    try:
        return ast.parse(text)
    except SyntaxError as error:
        raise NotPlain(f"it cannot be read: {error}") from error


class Position:
    """Turns the lines and columns of ``ast``, which count bytes of UTF-8, into places in a text."""

    def __init__(self, text: str) -> None:
        self.lines = _LINE.findall(text)
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line))

    def at(self, line: int, column: int) -> int:
        return self.starts[line - 1] + len(self.lines[line - 1].encode()[:column].decode())

    def start(self, node: Any) -> int:
        return self.at(node.lineno, node.col_offset)

    def end(self, node: Any) -> int:
        return self.at(node.end_lineno, node.end_col_offset)


def bindings(tree: ast.Module, name: str) -> List[ast.stmt]:
    """The statements of a module in which a name is bound, changed, deleted or has a method called, at any depth."""
    return [
        statement
        for statement in tree.body
        if any(
            isinstance(node, ast.Name)
            and node.id == name
            and (not isinstance(node.ctx, ast.Load) or _is_changed(node, statement))
            for node in ast.walk(statement)
        )
    ]


def _is_changed(name: ast.Name, statement: ast.stmt) -> bool:
    """Whether this use may change a list in place: ``NAME.append(…)``, ``NAME[0:0] = …``, ``NAME += …``."""
    return any(
        (isinstance(node, (ast.Attribute, ast.Subscript)) and node.value is name)
        or (isinstance(node, ast.AugAssign) and node.target is name)
        for node in ast.walk(statement)
    )


def is_bound(text: str, name: str) -> bool:
    return bool(bindings(parse(text), name))


def add_to_list(text: str, name: str, entry: str, first: bool = False) -> str:
    """Put a text into the list or tuple of texts that is assigned to ``name``.

    Raises: NotPlain: it is not there, or is anything but one list of texts, written once.
    """
    elements, closing = _plain_list(text, name)
    position = Position(text)
    quote = "'" if elements and text[position.start(elements[0])] == "'" else '"'
    written = quote + entry + quote
    end_of_list = closing - 1
    if not elements:
        is_tuple = text[end_of_list] == ")"
        return text[:end_of_list] + written + ("," if is_tuple else "") + text[end_of_list:]
    if first:
        return _insert_before(text, position, elements[0], written)
    last = elements[-1]
    end = position.end(last)
    comma = _comma(text, end, end_of_list)
    after = end if comma is None else comma + 1
    broken = re.search(r"\r\n|\n|\r", text[after:end_of_list])
    if broken is None:
        return text[:end] + ", " + written + text[end:]
    place = after + broken.end()
    line = _indent(position, last) + written + "," + broken.group()
    return text[:end] + ("," if comma is None else "") + text[end:place] + line + text[place:]


def _plain_list(text: str, name: str) -> Tuple[Sequence[ast.expr], int]:
    """The elements of the list, and where it ends."""
    tree = parse(text)
    found = bindings(tree, name)
    if not found:
        raise NotPlain(f"{name} is not assigned in it")
    statement = found[0]
    value = getattr(statement, "value", None)
    targets = getattr(statement, "targets", None) or [getattr(statement, "target", None)]
    is_one = len(found) == 1 and isinstance(statement, (ast.Assign, ast.AnnAssign)) and len(targets) == 1
    if not is_one or not isinstance(targets[0], ast.Name) or not isinstance(value, (ast.List, ast.Tuple)):
        raise NotPlain(f"{name} is not one plain list in it")
    if not all(_is_text(element) for element in value.elts):
        raise NotPlain(f"{name} has more in it than plain texts")
    end = Position(text).end(value)
    if text[end - 1] not in ")]":
        raise NotPlain(f"{name} is a tuple without brackets")
    return value.elts, end


def _is_text(element: ast.expr) -> bool:
    return isinstance(element, ast.Constant) and isinstance(element.value, str)


def _comma(text: str, start: int, end: int) -> Optional[int]:
    """Where the comma behind the last element is; those in comments are none."""
    found = re.compile(r"(?:[^,#]|#[^\r\n]*(?=[\r\n]))*,").match(text, start, end)
    return found.end() - 1 if found else None


def _indent(position: Position, node: Any) -> str:
    line: str = position.lines[node.lineno - 1]
    return line[: len(line) - len(line.lstrip(" \t"))]


def _insert_before(text: str, position: Position, node: Any, written: str) -> str:
    start = position.start(node)
    line_start = position.starts[node.lineno - 1]
    if text[line_start:start].strip():  # the bracket is on the same line
        return text[:start] + written + ", " + text[start:]
    return text[:start] + written + "," + newline_of(text) + text[line_start:start] + text[start:]


def add_base(text: str, class_name: str, base: str) -> str:
    """Put ``base`` first among the bases of a class.

    Raises: NotPlain: there is not exactly one class of that name with bases.
    """
    classes = [node for node in ast.walk(parse(text)) if isinstance(node, ast.ClassDef) and node.name == class_name]
    if len(classes) != 1 or not classes[0].bases or isinstance(classes[0].bases[0], ast.Starred):
        raise NotPlain(f"there is not one class {class_name} with bases in it")
    start = Position(text).start(classes[0].bases[0])
    return text[:start] + base + ", " + text[start:]


def add_import(text: str, module: str, name: str) -> str:
    """Import a name, behind the first imports of the file."""
    tree = parse(text)
    imports = (node for node in tree.body if isinstance(node, ast.ImportFrom))
    from_module = (node for node in imports if node.module == module and not node.level)
    if any(alias.name == name and alias.asname is None for node in from_module for alias in node.names):
        return text
    written = f"from {module} import {name}"
    position, newline = Position(text), newline_of(text)
    place = 0
    for node in _head(tree):
        place = position.starts[node.end_lineno or 0]
        if text[position.end(node) : place].lstrip(" \t").startswith(";"):
            raise NotPlain("an import shares its line with other code")
    if place and text[place - 1] not in "\r\n":  # the last line of the file
        return text + newline + written + newline
    return text[:place] + written + newline + text[place:]


def _head(tree: ast.Module) -> Iterator[ast.stmt]:
    """A module's docstring, and the imports right behind it."""
    for number, node in enumerate(tree.body):
        is_docstring = number == 0 and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not is_docstring and not isinstance(node, (ast.Import, ast.ImportFrom)):
            return
        yield node


def append(text: str, lines: str) -> str:
    """Add lines at the end of a file."""
    newline = newline_of(text)
    missing = newline if text and text[-1] not in "\r\n" else ""
    return text + missing + newline.join([*lines.splitlines(), ""])
