"""A server program as a child: on its core, with its log, its CPU time and its memory; ended with the run."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

import psutil

from loadtests.bench.cores import Cores
from loadtests.bench.usage import cpu_seconds, memory_bytes

ROOT = Path(__file__).parents[2]
READY_WITHIN = 120.0  # s
STOP_WITHIN = 15.0  # s
POLL = 0.005  # s


class Program:
    """Use as `with Program(…) as program`. Ready when something listens on its port."""

    def __init__(
        self, command: Sequence[str], *, port: int, cores: Cores, env: Mapping[str, str] | None = None, cwd: Path = ROOT
    ) -> None:
        self.port = port
        self._command, self._cores, self._cwd = command, cores, cwd
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("GAUNTLET_")}
        inherited.pop("DATABASE_URL", None)
        self._env = {**inherited, "PYTHONPATH": str(ROOT), **(env or {})}
        self._process: subprocess.Popen[bytes] | None = None
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - of this object's life; gone with it

    def __enter__(self) -> Self:
        self.spawn()
        try:
            self.wait_until(self.listens)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def spawn(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            self._command,
            cwd=self._cwd,
            env=self._env,
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        self._cores.pin_server(self._process.pid)

    def wait_until(self, ready: Callable[[], bool]) -> None:
        """Raises RuntimeError with its log when it ends, or takes too long."""
        by = time.monotonic() + READY_WITHIN
        while not ready():
            if self._process is None or self._process.poll() is not None or time.monotonic() > by:
                raise RuntimeError(f"{' '.join(self._command[:4])} did not come up:\n{self.log[-3000:]}")
            time.sleep(POLL)

    def listens(self) -> bool:
        with contextlib.closing(socket.socket()) as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def says_ready(self) -> bool:
        """Does `/readyz` say yes?"""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def stop(self) -> None:
        """SIGTERM, and by force when that does not do."""
        process = self._process
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def tell(self, line: bytes) -> None:
        """Write to its standard input."""
        stdin = self._process.stdin if self._process is not None else None
        assert stdin is not None
        stdin.write(line)
        stdin.flush()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def cpu(self) -> float:
        """Seconds so far."""
        return cpu_seconds(self.pid)

    @property
    def memory(self) -> int:
        """Bytes."""
        return memory_bytes(self.pid)

    def sockets(self) -> int:
        """How many connections to its port it holds."""
        established = psutil.Process(self.pid).net_connections("tcp")
        return sum(each.status == psutil.CONN_ESTABLISHED and each.laddr.port == self.port for each in established)

    @property
    def log(self) -> str:
        self._log.seek(0)
        return self._log.read().decode(errors="replace")
