"""One server per folder: a lock that the kernel lets go of when its holder dies, however it dies."""

import asyncio
import fcntl
import os
from pathlib import Path

from persistence.embedded.errors import EmbeddedError

GRACE = 2.0  # seconds: a holder that was just killed may still be on its way out


def is_locked(folder: Path) -> bool:
    """Does a living process hold the folder's lock?"""
    try:
        file = os.open(folder / "lock", os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(file)
    return False


class FolderLock:
    """Held from `acquire` until `release`, or until this process ends."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: int | None = None

    async def acquire(self) -> None:
        """Raises EmbeddedError, naming the process that has it."""
        file = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            await self._wait_for(file)
        except BaseException:
            os.close(file)
            raise
        os.ftruncate(file, 0)
        os.pwrite(file, str(os.getpid()).encode(), 0)
        self._file = file

    async def _wait_for(self, file: int) -> None:
        deadline = asyncio.get_running_loop().time() + GRACE
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if asyncio.get_running_loop().time() > deadline:
                    holder = os.pread(file, 32, 0).decode() or "?"
                    raise EmbeddedError(
                        f"{self._folder} is in use by another Gauntlet server (process {holder}). "
                        "Stop that one first, or give this one a folder of its own with GAUNTLET_HOME."
                    ) from None
                await asyncio.sleep(0.05)
            else:
                return

    def release(self) -> None:
        """Safe without `acquire`, and twice."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
