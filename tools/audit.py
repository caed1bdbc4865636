"""./dev audit: whether something that we install has a known vulnerability, by pip-audit and the package index.

An index without advisories, or none at all, is said, and is no failure: nobody's change is wrong because of it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any, Dict, List

ANSWERED: Dict[str, str] = {}
"""Advisories that do not concern us, by id, and why."""

WAIT_SECONDS = 180


def main(arguments: List[str]) -> None:
    command = [sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off", *arguments]
    try:
        run = subprocess.run(command, stdout=subprocess.PIPE, timeout=WAIT_SECONDS)
    except subprocess.TimeoutExpired:
        print(f"audit: no answer within {WAIT_SECONDS} s, so nothing is known")
        return
    try:
        packages = json.loads(run.stdout)["dependencies"]
    except ValueError:
        print("audit: the index gave no answer, so nothing is known")
        return
    sys.exit(judge(packages))


def judge(packages: List[Dict[str, Any]]) -> int:
    """Print what was found. packages: as pip-audit lists them. The exit status: 1 for what is not answered."""
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    found = [(package, advisory) for package in packages for advisory in package.get("vulns", ())]
    unanswered = 0
    for package, advisory in found:
        answer = ANSWERED.get(advisory["id"], "")
        unanswered += not answer
        mended = ", ".join(advisory.get("fix_versions", ())) or "nothing"
        print(f"{package['name']} {package['version']}: {advisory['id']}, mended by {mended}. {answer}")
    print(f"audit: {len(packages) - len(skipped)} packages looked up, {unanswered} unanswered advisories")
    if skipped:
        print(f"audit: the index has no advisories for {len(skipped)} others, such as {skipped[0]}")
    return int(unanswered > 0)


if __name__ == "__main__":
    main(sys.argv[1:])
