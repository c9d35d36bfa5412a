"""A server for a run: its own process, home and database, on the other core, with the limits of abuse out of the way."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.free_port import free_port
from loadtests.bench.cores import split
from loadtests.bench.program import Program

PYTHON = "LOADTEST_SERVER_PYTHON"  # of the server's environment; set by script/loadtest
_NO_LIMIT = "1000000"
_ROOMY = dict.fromkeys(
    (
        "GAUNTLET_COMMANDS_PER_SECOND",
        "GAUNTLET_COMMAND_BURST",
        "GAUNTLET_USER_COMMANDS_PER_SECOND",
        "GAUNTLET_HELLOS_PER_MINUTE",
        "GAUNTLET_SOCKETS_WITHOUT_HELLO",
        "GAUNTLET_SIGN_INS_PER_MINUTE",
        "GAUNTLET_REGISTRATIONS_PER_MINUTE",
        "GAUNTLET_HTTP_REQUESTS_USER",
    ),
    _NO_LIMIT,
)
"""All the people of a run come from one address. What protects the server from itself stays as it is."""


@contextmanager
def running_server() -> Iterator[Program]:
    """Ready, until the end of `with`; PostgreSQL is its child, so on its core."""
    cores = split()
    cores.pin_generator()  # Locust, our child, inherits it
    with tempfile.TemporaryDirectory(prefix="gauntlet-loadtest-", dir="/tmp") as home:
        Path(home).chmod(0o711)  # the embedded database's user passes through
        port = free_port()
        settings = {
            **_ROOMY,
            "PORT": str(port),
            "GAUNTLET_HOST": "127.0.0.1",
            "GAUNTLET_HOME": home,
            "GAUNTLET_LOG_LEVEL": "warning",
            "GAUNTLET_DRAIN_SECONDS": "0",
        }
        with Program([os.environ[PYTHON], "-m", "gateway", "serve"], port=port, cores=cores, env=settings) as program:
            program.wait_until(program.says_ready)
            yield program
