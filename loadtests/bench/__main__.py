"""`script/bench [NAMES…] [--json FILE] [--quick]`: measures, prints one table, exits 1 where a goal is not met."""

import argparse
import json
import platform
import resource
import signal
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import psutil

from loadtests.bench import cores
from loadtests.bench.figures import ALL
from loadtests.bench.postgres import Postgres
from loadtests.bench.result import Line, Said, Skipped, Verdict
from loadtests.bench.run import Run
from loadtests.bench.table import render


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _asked(arguments)
    _raise_file_limit()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # by way of every `with`: no server is left behind
    pinned = cores.split()
    pinned.pin_generator()
    load = psutil.getloadavg()[0]
    said: list[Said] = []
    with Postgres(pinned) as postgres:
        run = Run(pinned, postgres, asked.quick)
        for name in asked.names or ALL:
            run.say(name)
            try:
                said += ALL[name](run)
            except Exception as error:  # noqa: BLE001 - one figure that fails must not cost the others
                traceback.print_exc()
                said.append(Skipped(name, "failed", f"{type(error).__name__}: {error}".strip().splitlines()[-1]))
    print(
        f"{_machine()}; {pinned}; load {load:.1f} at the start{'; quick: sizes too small to conclude from' * asked.quick}\n"
    )
    print(render(said))
    if asked.json is not None:
        asked.json.write_text(json.dumps(_document(said, str(pinned), load, quick=asked.quick), indent=1) + "\n")
    return 1 if any(_is_bad(each, asked.quick) for each in said) else 0


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/bench", description="Gauntlet's speed beside its floors and peers.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which figures (all): {', '.join(ALL)}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every repetition of everything to FILE")
    parser.add_argument("--quick", action="store_true", help="small and short, to see that it works")
    asked = parser.parse_args(arguments)
    if unknown := [name for name in asked.names if name not in ALL]:
        parser.error(f"no figure is called {', '.join(unknown)}: there are {', '.join(ALL)}")
    return asked


def _is_bad(each: Said, quick: bool) -> bool:
    """A figure that failed; and, but in a quick run, whose sizes say nothing, a goal that is not met."""
    if isinstance(each, Skipped):
        return each.what == "failed"
    return each.verdict is Verdict.NOT_MET and not quick


def _raise_file_limit() -> None:
    """As many files as this machine allows; children inherit it."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _machine() -> str:
    return f"{platform.system()} {platform.release()}, {psutil.cpu_count()} cores, Python {platform.python_version()}"


def _document(said: Sequence[Said], pinned: str, load: float, *, quick: bool) -> dict[str, object]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": _machine(),
        "cores": pinned,
        "load": load,
        "quick": quick,
        "lines": [each.as_json() for each in said if isinstance(each, Line)],
        "skipped": [
            {"figure": each.figure, "what": each.what, "why": each.why} for each in said if isinstance(each, Skipped)
        ],
    }


if __name__ == "__main__":
    sys.exit(main())
