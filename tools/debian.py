"""System packages that the tools need: installed with apt as root on Debian, else named in one line to type."""

import os
import shutil
import subprocess
import sys


def ensure(missing):
    """Install ``missing``, a dict of what is missing to the Debian packages that carry it; exit if that fails."""
    if not missing:
        return
    packages = sorted({package for names in missing.values() for package in names})
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        sudo = "" if os.geteuid() == 0 else "sudo "
        sys.exit(
            "dev: missing {}. On Debian, type:\n  {}apt-get install -y --no-install-recommends {}".format(
                " and ".join(sorted(missing)), sudo, " ".join(packages)
            )
        )
    print("dev: installing " + ", ".join(packages), file=sys.stderr, flush=True)
    environ = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    # A machine whose package lists are fresh needs no update; one without lists cannot do without.
    if subprocess.call(install, env=environ, stdout=subprocess.DEVNULL) != 0:
        subprocess.check_call(["apt-get", "update", "-qq"], env=environ)
        subprocess.check_call(install, env=environ, stdout=subprocess.DEVNULL)
