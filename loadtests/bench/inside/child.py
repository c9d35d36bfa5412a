"""Runs one of these programs on the server's core, and reads what it prints."""

import json
import os
import subprocess
import sys
from typing import Any

from loadtests.bench.cores import Cores
from loadtests.bench.program import ROOT


def measured(cores: Cores, program: str, *arguments: object) -> dict[str, Any]:
    """→ the JSON object that `loadtests.bench.inside.<program>` printed. Raises RuntimeError with what it said."""
    command = [sys.executable, "-m", f"loadtests.bench.inside.{program}", *map(str, arguments)]
    process = subprocess.Popen(  # noqa: S603 - our own program
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    cores.pin_server(process.pid)
    said, complaints = process.communicate()
    if process.returncode:
        raise RuntimeError(f"{program}: {complaints[-2000:]}")
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    return found
