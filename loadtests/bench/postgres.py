"""A PostgreSQL of the run's own, fsync on, and one database a measurement. It is gone when the run is over."""

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any, Self, TypeVar
from uuid import uuid4

import asyncpg
import psutil

from loadtests.bench.cores import Cores
from loadtests.bench.usage import cpu_seconds
from persistence.embedded import EmbeddedPostgres

T = TypeVar("T")


class Postgres:
    """Use as `with Postgres(cores) as postgres`. For a caller without a loop: it brings its own."""

    def __init__(self, cores: Cores) -> None:
        self._cores = cores
        self._runner = asyncio.Runner()
        self._home = Path(tempfile.mkdtemp(prefix="gauntlet-bench-"))
        self._home.chmod(0o711)  # the database's user passes through
        self._server = EmbeddedPostgres(self._home)
        self._url = ""

    def __enter__(self) -> Self:
        try:
            self._url = self.run(self._server.start())
            self.pin()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(self, *exc: object) -> None:
        self._close()

    def _close(self) -> None:
        with suppress(Exception):
            self.run(self._server.stop())
        self._runner.close()
        shutil.rmtree(self._home, ignore_errors=True)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something asynchronous, here and now."""
        return self._runner.run(work)

    def pin(self) -> None:
        """Processes that the postmaster starts later inherit its cores."""
        assert self._server.pid is not None
        postmaster = psutil.Process(self._server.pid)
        for process in (postmaster, *postmaster.children(recursive=True)):
            with suppress(OSError):
                self._cores.pin_generator(process.pid)

    @property
    def cpu(self) -> float:
        """Seconds that its processes, those there are now, have used so far."""
        assert self._server.pid is not None
        postmaster = psutil.Process(self._server.pid)
        return sum(cpu_seconds(process.pid) for process in (postmaster, *postmaster.children()))

    def fresh(self) -> str:
        """→ the URL of a new, empty database."""
        name = f"bench_{uuid4().hex[:12]}"
        self.execute(self._url, f"CREATE DATABASE {name}")
        return self._url.replace("@/gauntlet?", f"@/{name}?")

    def drop(self, url: str) -> None:
        """Make room. One that the database's own housekeeping holds on to stays until the run is over."""
        name = url.split("@/", 1)[1].split("?", 1)[0]
        with suppress(asyncpg.InsufficientPrivilegeError, asyncpg.ObjectInUseError):
            self.execute(self._url, f"DROP DATABASE {name} WITH (FORCE)")

    def execute(self, url: str, statement: str) -> None:
        async def work() -> None:
            connection = await asyncpg.connect(url)
            try:
                await connection.execute(statement)
            finally:
                await connection.close()

        self.run(work())
