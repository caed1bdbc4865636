"""The pages of the documentation, as tests read them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Dict, List

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = ROOT / "docs"
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXAMPLE = re.compile(r"^<!-- example: (\w+) -->\n```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def all_pages() -> List[Path]:
    return sorted([*ROOT.glob("*.md"), *DOCS.glob("*.md")])


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def prose(page: str) -> str:
    """A page without its blocks of code, whose lines may look like headings and links."""
    return FENCE.sub("", page)


def python_blocks(page: str) -> List[str]:
    return [code for language, code in FENCE.findall(page) if language == "python"]


def examples() -> Dict[str, str]:
    """The Python blocks that have a name, in all pages."""
    found = [pair for path in all_pages() for pair in EXAMPLE.findall(read(path))]
    by_name = dict(found)
    assert len(by_name) == len(found), "two examples of one name"
    return by_name


def table(page: str, heading: str) -> List[List[str]]:
    """The cells of the first table under a heading, without its head. Cells lose their surrounding spaces."""
    section = page.split(f"# {heading}\n", 1)[1]
    lines = []
    for line in section.splitlines():
        if line.startswith("|"):
            lines.append(line)
        elif lines:
            break
    # No cell of ours has a bar of its own.
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def anchors(page: str) -> List[str]:
    """The anchors of a page's headings, as GitHub and GitLab make them."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]
