"""The unprivileged account that PostgreSQL's programs run under, and how they are started."""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

from persistence.embedded.errors import EmbeddedError

_PR_SET_PDEATHSIG = 1
# loaded here, since a child between fork and exec should do next to nothing
_prctl: Callable[..., int] | None = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


def is_root() -> bool:
    return os.geteuid() == 0


@dataclass(frozen=True, slots=True)
class Account:
    """Ourselves or, when we are root (PostgreSQL refuses to run as root), a user who may do nothing."""

    uid: int
    gid: int

    @classmethod
    def unprivileged(cls) -> Self:
        """`nobody`, for root; else ourselves."""
        if not is_root():
            return cls(os.geteuid(), os.getegid())
        try:
            entry = pwd.getpwnam("nobody")
        except KeyError:
            raise EmbeddedError(
                "Running as root needs a user `nobody` to run PostgreSQL under, and this system has none. "
                "Run Gauntlet as another user, or set DATABASE_URL."
            ) from None
        return cls(entry.pw_uid, entry.pw_gid)

    @classmethod
    def owner(cls, path: Path) -> Self:
        status = path.stat()
        return cls(status.st_uid, status.st_gid)

    def give(self, path: Path) -> None:
        """Makes the path this account's."""
        if is_root():
            os.chown(path, self.uid, self.gid)

    def start(
        self,
        command: Sequence[str | Path],
        *,
        when_we_die: signal.Signals,
        stdin: int | IO[bytes] = subprocess.DEVNULL,
        stdout: int | IO[bytes] = subprocess.DEVNULL,
        stderr: int | IO[bytes] = subprocess.DEVNULL,
    ) -> "subprocess.Popen[bytes]":
        """A program under this account, with nothing of our environment.

        It gets the signal `when_we_die` as soon as the thread that called this ends (Linux only).
        """
        as_user = (self.uid, self.gid, ()) if is_root() else (None, None, None)
        return subprocess.Popen(  # noqa: S603 - our own arguments
            command,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            user=as_user[0],
            group=as_user[1],
            extra_groups=as_user[2],
            cwd="/",  # ours may be closed to it
            env=_environment(),
            start_new_session=True,  # Ctrl-C is for us: we stop it when our own work is stored
            preexec_fn=_bound_to_us(os.getpid(), when_we_die),  # noqa: PLW1509 - runs two system calls
        )

    def run(self, command: Sequence[str | Path], *, stdin: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
        """Runs a program to its end."""
        process = self.start(
            command,
            when_we_die=signal.SIGKILL,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        out, err = process.communicate(stdin)
        return subprocess.CompletedProcess(command, process.returncode, out, err)

    def can_enter(self, folder: Path) -> bool:
        return self.run(["/bin/sh", "-c", 'cd "$0"', folder]).returncode == 0

    def can_read(self, file: Path) -> bool:
        return self.run(["/bin/sh", "-c", 'test -r "$0"', file]).returncode == 0


def _environment() -> dict[str, str]:
    """Next to nothing: our secrets are none of its business, and PG… variables would change what it does."""
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", **kept}


def _bound_to_us(parent: int, signum: signal.Signals) -> Callable[[], None] | None:
    prctl = _prctl
    if prctl is None:
        return None

    def bind() -> None:
        # after the change of user, which would reset it
        prctl(_PR_SET_PDEATHSIG, int(signum), 0, 0, 0)
        if os.getppid() != parent:  # we died before it was bound
            os._exit(1)

    return bind
