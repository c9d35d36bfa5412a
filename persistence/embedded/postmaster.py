"""One running PostgreSQL: start, ready, stop, and what an earlier one may have left behind."""

import asyncio
import contextlib
import logging
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import psutil

from persistence.embedded.cluster import ROLE
from persistence.embedded.errors import EmbeddedError
from persistence.embedded.place import SOCKET_NAME, Place

log = logging.getLogger(__name__)

LARGEST_LOG = 1_000_000  # bytes, before the log is put aside at a start
POLL = 0.02  # seconds
LEFTOVERS_LEAVE_WITHIN = 15.0  # seconds: processes of a killed postmaster notice, and let go of its memory
STOP = (
    (signal.SIGINT, 5.0),
    (signal.SIGQUIT, 1.5),
    (signal.SIGKILL, 1.5),
)  # fast, immediate, by force; seconds for each

# on the command line, so that an upgrade of ours changes them for clusters that exist already
OPTIONS = {
    "listen_addresses": "",  # no TCP at all
    "port": "5432",  # names the socket
    "unix_socket_permissions": "0700",
    "max_connections": "50",
    "shared_buffers": "128MB",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",  # what is acknowledged is on disk
    "wal_level": "minimal",  # there is no replica
    "max_wal_senders": "0",
    "io_method": "sync",  # fewer processes; our reads are small
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "log",  # not statements that failed: they may quote what people wrote
    "log_checkpoints": "off",
}
# the bootstrap superuser has no password, and so no way in
ACCESS = f"""\
# TYPE  DATABASE  USER      METHOD
local   all       {ROLE}  scram-sha-256
local   all       all       reject
"""


class Postmaster:
    """The PostgreSQL process of a place. One at a time; restartable."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._access = place.state / "pg_hba.conf"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Of the running process."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    async def start(self) -> None:
        """Returns when it takes connections, after whatever recovery it needs. Raises EmbeddedError.

        It lives no longer than the calling thread, so that a server killed with -9 leaves no database running.
        """
        deadline = _time() + LEFTOVERS_LEAVE_WITHIN
        self._put_log_aside()
        self._access.write_text(ACCESS)
        self._access.chmod(0o644)
        while True:
            begins_at = self._place.log.stat().st_size if self._place.log.exists() else 0
            self._spawn()
            try:
                if await self._becomes_ready():
                    return
            except BaseException:
                await self.stop()
                raise
            said = self._place.log.read_bytes()[begins_at:].decode(errors="replace")
            waits_for_leftovers = "pre-existing shared memory" in said or "lock file" in said
            if not waits_for_leftovers or _time() > deadline:
                raise EmbeddedError(f"PostgreSQL did not start. Its log, {self._place.log}, says:\n{said[-2000:]}")
            await asyncio.sleep(0.1)

    def _spawn(self) -> None:
        options = {**OPTIONS, "unix_socket_directories": str(self._place.socket), "hba_file": str(self._access)}
        arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with self._place.log.open("ab") as output:
            self._process = self._place.account.start(
                [self._place.programs / "postgres", "-D", str(self._place.data), *arguments],
                when_we_die=signal.SIGINT,  # a fast shutdown
                stdout=output,
                stderr=output,
            )

    async def _becomes_ready(self) -> bool:
        """False when it ends instead."""
        told = _time()
        while self.pid is not None:
            if _ready_pid(self._place.data) == self.pid:
                return True
            if _time() - told > 5:
                told = _time()
                log.warning("PostgreSQL is still recovering from a crash")
            await asyncio.sleep(POLL)
        return False

    async def ended(self) -> int:
        """Waits for its end. → the exit code, negative for a signal."""
        if self._process is None:
            raise RuntimeError("not started")
        while (code := self._process.poll()) is None:  # noqa: ASYNC110 - portable, and cheap at this rate
            await asyncio.sleep(0.1)
        return code

    async def stop(self) -> None:
        """A fast shutdown. Safe when it is not running."""
        process = self._process
        if process is not None:
            await _stop(process.pid, lambda: process.poll() is None)

    async def clear_leftovers(self) -> None:
        """Ends a PostgreSQL that an earlier server of ours left running on this data, and removes misleading files."""
        pid_file = self._place.data / "postmaster.pid"
        pid = _first_number(pid_file)
        if pid is None or not psutil.pid_exists(pid):
            return  # PostgreSQL itself copes with the file of a dead process
        leftover = _postmaster_on(self._place.data, pid)
        if leftover is not None:
            log.warning("stopping a PostgreSQL that an earlier server left running (process %s)", pid)
            await _stop(pid, lambda: _is_alive(leftover))
        if psutil.pid_exists(pid):
            # The number belongs to somebody else by now (or to a zombie), and PostgreSQL would take that for a living
            # postmaster. Should processes of the old one remain, it still finds them by their shared memory.
            for file in (pid_file, self._place.socket / f"{SOCKET_NAME}.lock"):
                file.unlink(missing_ok=True)

    def _put_log_aside(self) -> None:
        path = self._place.log
        if path.exists() and path.stat().st_size > LARGEST_LOG:
            path.replace(path.with_name("log.1"))


def _time() -> float:
    return asyncio.get_running_loop().time()


async def _stop(pid: int, is_running: Callable[[], bool]) -> None:
    for signum, seconds in STOP:
        if not is_running():
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signum)
        deadline = _time() + seconds
        while is_running() and _time() < deadline:  # noqa: ASYNC110 - not always a child of ours
            await asyncio.sleep(POLL)


def _first_number(pid_file: Path) -> int | None:
    try:
        return int(pid_file.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def _ready_pid(data: Path) -> int | None:
    """The process that says of itself in postmaster.pid that it takes connections."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return None
    return int(lines[0]) if len(lines) >= 8 and lines[7].strip() == "ready" else None


def _postmaster_on(data: Path, pid: int) -> psutil.Process | None:
    """The process, if it is a living PostgreSQL on this data: it works in its data folder."""
    try:
        process = psutil.Process(pid)
        return process if _is_alive(process) and data.samefile(process.cwd()) else None
    except (psutil.Error, OSError):
        return None


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
