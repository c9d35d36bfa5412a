"""The real server as a child process, for tests that speak to it from outside, stop it, kill it and start it again.

async with RunningServer(database_url) as server:
    ... server.url, server.kill9(), await server.restart(), await server.terminate() == 0, server.log
"""

import asyncio
import ctypes
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

from gateway.client.http import Api
from gateway.free_port import free_port

ROOT = Path(__file__).parents[2]
READY_WITHIN = 60.0  # s; an embedded database may have a crash to recover from
STOP_WITHIN = 20.0  # s; the server itself promises 10
POLL = 0.02  # s, of a process that is not ours to wait for otherwise
SECRET = "a secret for the tests alone, long enough for any mode"
PR_SET_PDEATHSIG = 1

ROOMY = dict.fromkeys(
    (
        "GAUNTLET_COMMANDS_PER_SECOND",
        "GAUNTLET_COMMAND_BURST",
        "GAUNTLET_USER_COMMANDS_PER_SECOND",
        "GAUNTLET_HELLOS_PER_MINUTE",
        "GAUNTLET_SOCKETS_WITHOUT_HELLO",
        "GAUNTLET_SIGN_INS_PER_MINUTE",
        "GAUNTLET_REGISTRATIONS_PER_MINUTE",
        "GAUNTLET_HTTP_REQUESTS_USER",
        "GAUNTLET_HTTP_REQUESTS_PREMIUM",
        "GAUNTLET_HTTP_REQUESTS_ADMIN",
    ),
    "1000000",
)
"""Limits that no test reaches by accident; a test of limits sets its own."""


class RunningServer:
    """`gauntlet serve` on a port of its own, which stays the same when it is started again.

    Without a `database_url` it has an embedded database in its home, gone with it at the end of `async with`.
    """

    def __init__(
        self,
        database_url: str | None = None,
        env: Mapping[str, str] | None = None,
        *,
        port: int | None = None,
        program: Sequence[str] = ("-m", "gateway", "serve"),
    ) -> None:
        """`program` are Python's arguments. `env` are settings, over ROOMY ones."""
        self.database_url = database_url
        self.home = Path(tempfile.mkdtemp(prefix="gauntlet-test-", dir="/tmp"))
        self.home.chmod(0o711)  # the embedded database's user passes through
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.socket_url = f"ws://127.0.0.1:{self.port}/ws"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("GAUNTLET_")}
        inherited.pop("DATABASE_URL", None)
        self.env = {
            **inherited,
            **ROOMY,
            "GAUNTLET_SECRET": SECRET,
            "GAUNTLET_HOME": str(self.home),
            "GAUNTLET_HOST": "127.0.0.1",
            "PORT": str(self.port),
            "PYTHONPATH": str(ROOT),
            **({} if database_url is None else {"DATABASE_URL": database_url}),
            **(env or {}),
        }
        self._program = program
        self._process: asyncio.subprocess.Process | None = None

    @classmethod
    @asynccontextmanager
    async def standby(
        cls, database_url: str, env: Mapping[str, str] | None = None, *, port: int, spawn: bool = True
    ) -> AsyncIterator[Self]:
        """A server that is to follow another on its port and database: not ready when this begins."""
        server = cls(database_url, env, port=port)
        try:
            if spawn:
                await server.spawn()
            yield server
        finally:
            await server._leave()

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except BaseException:
            await self._leave()
            raise
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._leave()

    async def _leave(self) -> None:
        if self.running:
            await self.terminate()
        shutil.rmtree(self.home)

    # --- its life ---

    async def start(self) -> None:
        """Returns when `/readyz` says yes."""
        await self.spawn()
        await self.ready()

    async def spawn(self) -> None:
        """Start the process, and wait for nothing."""
        assert not self.running
        with (self.home / "server.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *self._program,
                cwd=ROOT,
                env=self.env,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,
            )

    async def ready(self) -> None:
        """Wait until it takes players. Fails with its log when it ends instead."""
        async with asyncio.timeout(READY_WITHIN), Api(self.url) as api:
            while not await api.ready():
                assert self.running, f"the server ended with {self.exit_code}:\n{self.log[-4000:]}"
                await asyncio.sleep(POLL)

    def kill9(self) -> None:
        """The plug is pulled. `ended` waits for the body to be gone."""
        os.kill(self.pid, signal.SIGKILL)

    def ask_to_stop(self) -> None:
        """SIGTERM."""
        os.kill(self.pid, signal.SIGTERM)

    async def terminate(self) -> int:
        """SIGTERM, and the exit code; killed (-9) when it does not obey."""
        self.ask_to_stop()
        try:
            return await asyncio.wait_for(self.ended(), STOP_WITHIN)
        except TimeoutError:
            self.kill9()
            return await self.ended()

    async def ended(self) -> int:
        """Wait for its end → the exit code, negative for a signal."""
        assert self._process is not None
        return await self._process.wait()

    async def restart(self) -> None:
        """Start again, after stopping in order if it still runs."""
        if self.running:
            await self.terminate()
        await self.start()

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        return None if self._process is None else self._process.returncode

    # --- what it says ---

    @property
    def log(self) -> str:
        """All it wrote, over all its lives."""
        return (self.home / "server.log").read_text(errors="replace")

    async def command(self, *words: str) -> tuple[int, str]:
        """Another subcommand (`verify`, `grant` …) on the same database → exit code and what it printed.

        An embedded database belongs to one process at a time: stop the server first.
        """
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "gateway",
            *words,
            cwd=ROOT,
            env=self.env,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        printed, _ = await process.communicate()
        assert process.returncode is not None
        return process.returncode, printed.decode(errors="replace")


def _die_with_parent() -> None:
    """Runs in the child: no server outlives the tests that started it."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
