"""./dev matrix: the tests with old and new Pythons and Djangos, over both channel layers."""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Dict, List, Tuple

from tools import services
from tools.corners import CORNERS, SHORT, Corner, interpreter

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".matrix"
EVERYWHERE = "not once and not slow and not timed"
RUNS = {  # channel layer: which tests; those that start no server know nothing of the layer
    "pubsub": EVERYWHERE,
    "core": "server and " + EVERYWHERE,
}
# For a merge: ./dev test has been over servers, browsers, both layers and all databases with middling versions, so
# each corner is run without servers of its own, on one database, and searches less. ./dev matrix runs them all.
IN_SHORT = EVERYWHERE + " and not server and not mariadb"
SHORT_RUNS = {"floor": {"pubsub": IN_SHORT + " and not postgresql"}, "newest": {"core": IN_SHORT + " and not sqlite"}}


def main() -> None:
    ours, for_pytest = _split(sys.argv[1:])
    options = _options(ours)
    wanted = options.corners or (SHORT if options.short else [corner.name for corner in CORNERS])
    corners = [corner for corner in CORNERS if corner.name in wanted]
    if options.list:
        for corner in corners:
            print(f"{corner.name:12} Python {corner.python:5} {' '.join(corner.pins)}")
        return
    services.ensure(browser=options.browser)
    outcomes: Dict[str, str] = {}
    with ThreadPoolExecutor(options.jobs) as pool:
        for outcome in pool.map(lambda corner: _run(corner, options, for_pytest), corners):
            outcomes.update(outcome)
    _report(outcomes)


def _options(arguments: List[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./dev matrix", epilog="Arguments after -- go to pytest.")
    parser.add_argument("corners", nargs="*", metavar="NAME", help="run these only")
    parser.add_argument("--list", action="store_true", help="name the corners and end")
    parser.add_argument(
        "--short", action="store_true", help=" and ".join(SHORT) + " only, over one channel layer each"
    )
    parser.add_argument("--browser", action="store_true", help="the browser stories too")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="run so many corners at the same time")
    options = parser.parse_args(arguments)
    unknown = set(options.corners) - {corner.name for corner in CORNERS}
    if options.short and options.corners:
        parser.error("either --short or names")
    if unknown:
        parser.error("no corner is named " + ", ".join(sorted(unknown)))
    return options


def _run(corner: Corner, options: argparse.Namespace, for_pytest: List[str]) -> Dict[str, str]:
    """Outcomes by the name of the run."""
    python = interpreter(corner.python)
    if python is None:
        return {corner.name: f"not run: there is no Python {corner.python} on the PATH or among pyenv's"}
    print(f"matrix: {corner.name}: Python {corner.python}, {', '.join(corner.pins)}", flush=True)
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / f"{corner.name}.lock").open("w") as lock:  # another run may not take the environment away
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _run_in(corner, python, options, for_pytest)


def _run_in(corner: Corner, python: str, options: argparse.Namespace, for_pytest: List[str]) -> Dict[str, str]:
    folder = install(corner, python, FOLDER / corner.name)
    outcomes = {}
    for layer, selection in (SHORT_RUNS[corner.name] if options.short else RUNS).items():
        selection += "" if options.browser else " and not browser"
        outcomes[f"{corner.name}, {layer}"] = _test(folder, layer, selection, options.short, for_pytest)
    return outcomes


def install(corner: Corner, python: str, folder: Path, extra: str = "test") -> Path:
    """One environment per corner, made anew when what it should hold changes. uv, as it takes a tenth of the time."""
    stamp = folder / "stamp"
    content = python + repr(corner.pins) + (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    if not any("==" in pin for pin in corner.pins):
        content += time.strftime("%Y-%m-%d")
    digest = hashlib.sha256(content.encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return folder
    environ = dict(os.environ, UV_PYTHON_DOWNLOADS="never")
    environ.pop("VIRTUAL_ENV", None)
    uv = [sys.executable, "-m", "uv", "--quiet", "--no-config"]
    subprocess.check_call([*uv, "venv", "--clear", "--python", python, str(folder)], env=environ)
    install = [*uv, "pip", "install", "--python", str(folder / "bin" / "python"), "--upgrade"]
    subprocess.check_call([*install, "--editable", f"{ROOT}[{extra}]", *corner.pins], env=environ)
    stamp.write_text(digest)
    return folder


def _test(folder: Path, layer: str, selection: str, short: bool, for_pytest: List[str]) -> str:
    """Run the tests of one corner; returns pytest's closing line, and shows the rest only if something failed."""
    command = [str(folder / "bin" / "python"), "-m", "pytest", "-q"]
    command += ["-p", "no:cacheprovider", "-p", "no:rerunfailures", "-n", "2"]
    command += ["-m", selection, "--channel-layer", layer, *for_pytest]
    log = FOLDER / f"{folder.name}-{layer}.log"
    environ = {**os.environ, **({"HYPOTHESIS_PROFILE": "few"} if short else {})}
    with log.open("wb") as file:
        run = subprocess.run(command, cwd=ROOT, env=environ, stdout=file, stderr=subprocess.STDOUT)
    text = log.read_text(encoding="utf-8", errors="replace").rstrip()
    closing = text.splitlines()[-1] if text else "no output"
    if run.returncode:
        print(text, flush=True)
        return "FAILED: " + closing
    print(f"matrix: {folder.name}, {layer}: {closing}", flush=True)
    return closing


def _report(outcomes: Dict[str, str]) -> None:
    print("\nmatrix:")
    for name, outcome in outcomes.items():
        print(f"  {name:20} {outcome}")
    failed = [name for name, outcome in outcomes.items() if outcome.startswith("FAILED")]
    if os.environ.get("CI", "").lower() in ("1", "true"):
        failed += [name for name in SHORT if outcomes.get(name, "").startswith("not run")]
    if failed:
        sys.exit("matrix: failed: " + "; ".join(failed))


def _split(arguments: List[str]) -> Tuple[List[str], List[str]]:
    """What stands before and after ``--``."""
    at = arguments.index("--") if "--" in arguments else len(arguments)
    return arguments[:at], arguments[at + 1 :]


if __name__ == "__main__":
    main()
