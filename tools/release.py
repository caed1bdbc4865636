"""``python -m tools.release TAG FOLDER``: whether what was built into the folder may be published under this tag."""

from __future__ import annotations

import re
import sys
import tarfile
import zipfile
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Iterator, List

ROOT = Path(__file__).resolve().parent.parent
WANTED_URLS = {"Homepage", "Documentation", "Changes", "Issues"}


def main(arguments: List[str]) -> None:
    tag, folder = arguments
    found = list(faults(tag, Path(folder), (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")))
    if found:
        sys.exit("release: " + "; ".join(found))
    print(f"release: {tag} may be published")


def faults(tag: str, folder: Path, changelog: str) -> Iterator[str]:
    """What stands against it, in words."""
    version = tag[1:] if tag.startswith("v") else tag
    if not re.search(rf"^## {re.escape(version)} · \d{{4}}-\d\d-\d\d$", changelog, re.MULTILINE):
        yield f"CHANGELOG.md has no dated heading for {version}"
    wheels, archives = sorted(folder.glob("*.whl")), sorted(folder.glob("*.tar.gz"))
    if (len(wheels), len(archives)) != (1, 1):
        yield f"{len(wheels)} wheels and {len(archives)} source archives instead of one each"
        return
    for path, metadata in ((wheels[0], of_wheel(wheels[0])), (archives[0], of_archive(archives[0]))):
        if metadata["Version"] != version:
            yield f"{path.name} is version {metadata['Version']}"
        missing = WANTED_URLS - {url.partition(",")[0] for url in metadata.get_all("Project-URL", [])}
        if missing:
            yield f"{path.name} names no address of {', '.join(sorted(missing))}"


def of_wheel(path: Path) -> Message:
    with zipfile.ZipFile(path) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return message_from_bytes(archive.read(name))


def of_archive(path: Path) -> Message:
    with tarfile.open(path) as archive:
        (name,) = (name for name in archive.getnames() if name.count("/") == 1 and name.endswith("/PKG-INFO"))
        file = archive.extractfile(name)
        assert file is not None
        return message_from_bytes(file.read())


if __name__ == "__main__":
    main(sys.argv[1:])
