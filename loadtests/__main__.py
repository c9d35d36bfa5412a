"""`script/loadtest`: a scenario against a server of its own, or one that is there.

Exit code: 0 all promises are kept, 1 one is broken or Locust failed, 2 asked for something that is not there, 3 the run shows nothing
(the generator was the bottleneck, or something was not measured).
"""

import argparse
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlsplit

from loadtests.scenarios import SCENARIOS
from loadtests.server import running_server

ROOT = Path(__file__).parents[1]


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _asked(arguments)
    _raise_file_limit()
    with ExitStack() as stack:
        host = asked.host
        if host is None:
            print("starting a server", file=sys.stderr, flush=True)
            program = stack.enter_context(running_server())
            host = f"http://127.0.0.1:{program.port}"
        print(f"server: {host}", file=sys.stderr, flush=True)
        if asked.ui:
            print("open http://127.0.0.1:8089; Ctrl-C ends it", file=sys.stderr, flush=True)
        locust = subprocess.Popen(  # noqa: S603 - our own command
            _command(asked, host), cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}
        )
        return _until_done(locust)


def _command(asked: argparse.Namespace, host: str) -> list[str]:
    scenario = SCENARIOS[asked.scenario]
    run_time = max(1, round(60 * (asked.minutes or scenario.minutes)))
    return [
        *(sys.executable, "-m", "locust", "--loglevel", "WARNING", "--host", host, "--locustfile", str(scenario.file)),
        *("--users", str(asked.users or scenario.users), "--spawn-rate", str(scenario.per_second)),
        *("--run-time", f"{run_time}s"),
        *(("--web-host", "127.0.0.1") if asked.ui else ("--headless", "--only-summary")),
    ]


def _until_done(locust: "subprocess.Popen[bytes]") -> int:
    """Ctrl-C reaches Locust by itself: it ends the run, and still judges it. Nothing that we started outlives us."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        while True:
            with suppress(KeyboardInterrupt):
                return locust.wait()
    finally:
        if locust.poll() is None:
            locust.terminate()
            locust.wait()


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    stories = "\n".join(
        f"  {each.name:<16} {each.story} ({each.users} users, {each.minutes:g} min)" for each in SCENARIOS.values()
    )
    parser = argparse.ArgumentParser(
        prog="script/loadtest",
        description=f"Run a load scenario, and judge it by loadtests/promises.toml.\n\n{stories}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("scenario", nargs="?", choices=SCENARIOS, metavar="SCENARIO")
    parser.add_argument("--users", type=_positive(int), metavar="N")
    parser.add_argument("--minutes", type=_positive(float), metavar="M", help="how long, fractions too")
    parser.add_argument("--host", type=_url, metavar="URL", help="a server that runs already (else one is started)")
    parser.add_argument("--ui", action="store_true", help="Locust's web page instead, on http://127.0.0.1:8089")
    asked = parser.parse_args(arguments)
    if asked.scenario is None:
        if not asked.ui:
            parser.error(f"name a scenario: {', '.join(SCENARIOS)}")
        asked.scenario = "steady"
    return asked


def _positive(kind: type[int] | type[float]) -> Callable[[str], float]:
    def parse(text: str) -> float:
        value = kind(text)
        if value <= 0:
            raise argparse.ArgumentTypeError(f"{text} is not above 0")
        return value

    return parse


def _url(text: str) -> str:
    if urlsplit(text).scheme not in ("http", "https"):
        raise argparse.ArgumentTypeError(f"{text} is no URL: give one like http://127.0.0.1:8080")
    return text.rstrip("/")


def _raise_file_limit() -> None:
    """As many files as this machine allows; children inherit it."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


if __name__ == "__main__":
    sys.exit(main())
