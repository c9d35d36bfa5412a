"""A server of our own: `gauntlet serve` as a child on a free port, started again when it dies."""

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from gateway.free_port import free_port

_READY_WITHIN = 60.0  # seconds; an embedded database may have a crash to recover from
_STOP_WITHIN = 20.0  # the server itself promises 10
_PR_SET_PDEATHSIG = 1
_TAIL = 2000  # characters of the log that an error shows


class ServerFailed(Exception):
    """The child did not become ready, or keeps dying."""


class OwnServer:
    """The child and its keeper. `settings` are GAUNTLET_… variables; its log and process id are kept in `home`."""

    def __init__(self, home: Path, settings: Mapping[str, str], is_ready: Callable[[str], Awaitable[bool]]) -> None:
        self.home = home
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GAUNTLET_")},
            **settings,
            "GAUNTLET_HOME": str(home),
            "GAUNTLET_HOST": "127.0.0.1",
            "PORT": str(self.port),
            "PYTHONPATH": os.pathsep.join(filter(None, [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH")])),
        }
        self.environment.pop("DATABASE_URL", None)  # its own database, never the one we were started with
        self.deaths = 0
        """How often it had to be started again."""
        self._is_ready = is_ready
        self._process: asyncio.subprocess.Process | None = None  # the latest
        self._keeper: asyncio.Task[None] | None = None
        self._failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def start(self) -> None:
        """Returns when it is ready. Raises ServerFailed with the end of its log."""
        self.home.mkdir(mode=0o755, parents=True, exist_ok=True)
        self._keeper = asyncio.create_task(self._keep(await self._spawn()))

    async def stop(self) -> None:
        """SIGTERM and wait. Harmless when it is not running."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(self._process.wait(), _STOP_WITHIN)
            except TimeoutError:
                self._process.kill()
                await self._process.wait()
        (self.home / "server.pid").unlink(missing_ok=True)

    async def run_between(self, *command: str) -> str:
        """Stop, run another subcommand (`grant`, …) on the same database, start again → what it printed.

        One process at a time holds the embedded database. Raises ServerFailed.
        """
        await self.stop()
        printed = await self._run(*command)
        await self.start()
        return printed

    async def _run(self, *command: str) -> str:
        process = await asyncio.create_subprocess_exec(
            *_gauntlet(*command),
            env=self.environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        text = output.decode(errors="replace")
        if process.returncode:
            raise ServerFailed(f"gauntlet {' '.join(command)} ended with {process.returncode}:\n{text[-_TAIL:]}")
        return text

    async def failed(self) -> None:
        """Waits until it can't be kept running, and raises ServerFailed."""
        await asyncio.shield(self._failure)

    async def _spawn(self) -> asyncio.subprocess.Process:
        with (self.home / "server.log").open("ab") as log:
            process = self._process = await asyncio.create_subprocess_exec(
                *_gauntlet("serve"),
                env=self.environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C in the terminal is for us: we stop it in order
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,
            )
        (self.home / "server.pid").write_text(f"{process.pid}\n")
        try:
            async with asyncio.timeout(_READY_WITHIN):
                while not await self._is_ready(self.url):
                    if process.returncode is not None:
                        raise ServerFailed(f"the server ended with {process.returncode}:\n{self._log_tail()}")
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise ServerFailed(f"the server was not ready in {_READY_WITHIN:.0f} s:\n{self._log_tail()}") from None
        return process

    async def _keep(self, process: asyncio.subprocess.Process) -> None:
        while True:
            await process.wait()
            self.deaths += 1
            try:
                process = await self._spawn()
            except ServerFailed as failure:
                self._failure.set_exception(failure)
                return

    def _log_tail(self) -> str:
        return (self.home / "server.log").read_text(errors="replace")[-_TAIL:]


def _gauntlet(*command: str) -> list[str]:
    return [sys.executable, "-m", "gateway", *command]


def _die_with_parent() -> None:
    """Runs in the child: it is told to stop when we are killed, so that no server is left behind."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
