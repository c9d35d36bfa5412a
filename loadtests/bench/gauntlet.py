"""The real server, whole, as a child: with the limits of abuse out of the way, since one generator is everybody."""

import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from gateway.free_port import free_port
from gateway.rule_file import DEFAULT
from loadtests.bench.cores import Cores
from loadtests.bench.program import Program
from loadtests.bench.seed import SECRET

_NO_LIMIT = 1_000_000
ROOMY = {
    f"GAUNTLET_{name}": str(_NO_LIMIT)
    for name in (
        "COMMANDS_PER_SECOND",
        "COMMAND_BURST",
        "USER_COMMANDS_PER_SECOND",
        "HELLOS_PER_MINUTE",
        "SOCKETS_WITHOUT_HELLO",
        "HTTP_REQUESTS_USER",
        "BACKLOG",  # a server that cannot keep up shows as latency, rather than ending the measurement
        "INBOX",
    )
}
_FAIR = re.compile(r"^((?:review_)?steps_per_(?:day|minute)) = \d+$", re.MULTILINE)


def fast_walkers() -> str:
    """The default rule set, but for how many steps a human can do: a benchmark's players sync 40 times a second."""
    text, changed = _FAIR.subn(rf"\1 = {_NO_LIMIT * 1000}", DEFAULT.read_text())
    assert changed == 3, "the default rule set names its step limits otherwise now"
    return text


@contextmanager
def gauntlet(url: str, cores: Cores, env: Mapping[str, str] | None = None) -> Iterator[Program]:
    """A running node on a database. `env` are settings over those of a benchmark."""
    with tempfile.TemporaryDirectory(prefix="gauntlet-bench-") as home:
        rules = Path(home) / "rules.toml"
        rules.write_text(fast_walkers())
        port = free_port()
        settings = {
            **ROOMY,
            "DATABASE_URL": url,
            "PORT": str(port),
            "GAUNTLET_HOST": "127.0.0.1",
            "GAUNTLET_HOME": home,
            "GAUNTLET_SECRET": SECRET,
            "GAUNTLET_RULES": str(rules),
            "GAUNTLET_DRAIN_SECONDS": "0",
            "GAUNTLET_LOG_LEVEL": "warning",
            **(env or {}),
        }
        program = Program([sys.executable, "-m", "gateway", "serve"], port=port, cores=cores, env=settings)
        with program:
            program.wait_until(program.says_ready)
            yield program
