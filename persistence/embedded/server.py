"""The embedded PostgreSQL as the server sees it: a URL that works until `stop`, whatever happens to the processes."""

import asyncio
import contextlib
import logging
from pathlib import Path
from urllib.parse import quote

from persistence.embedded.cluster import DATABASE, ROLE, ensure_cluster
from persistence.embedded.errors import EmbeddedError
from persistence.embedded.lock import FolderLock, is_locked
from persistence.embedded.place import Place, find_place, make_home
from persistence.embedded.postmaster import Postmaster

log = logging.getLogger(__name__)

LONGEST_PAUSE = 5.0  # seconds between attempts to start it again


def running_url(home: Path) -> str | None:
    """The URL of the database that a server is running below `home` right now; None where there is none."""
    home = home.absolute()
    password = home / "postgres.password"
    if not is_locked(home) or not password.exists():
        return None
    return _url(find_place(home), password.read_text().strip())


def _url(place: Place, password: str) -> str:
    # all said, so that no PG… variable of the environment has a say
    return f"postgresql://{ROLE}:{password}@/{DATABASE}?host={quote(str(place.socket))}&port=5432&sslmode=disable"


class EmbeddedPostgres:
    """A PostgreSQL below `home`. Dependencies only; no work before `start`."""

    def __init__(self, home: Path) -> None:
        self._home = home.absolute()
        self._locks: list[FolderLock] = []
        self._postmaster: Postmaster | None = None
        self._watcher: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The postmaster's process id, while one runs."""
        return self._postmaster.pid if self._postmaster is not None else None

    async def start(self) -> str:
        """Makes the cluster where there is none, and starts it. → its URL, which stays the same over restarts.

        Raises EmbeddedError. From then on a PostgreSQL that dies is started again.
        """
        if self._watcher is not None:
            raise RuntimeError("it is running already")
        make_home(self._home)
        try:
            await self._lock(self._home)
            place = await asyncio.to_thread(find_place, self._home)
            if place.state.parent != self._home:
                await self._lock(place.state)  # a copied home leads to the same place
            self._postmaster = Postmaster(place)
            await self._postmaster.clear_leftovers()
            password = await asyncio.to_thread(ensure_cluster, place, self._home)
            await self._postmaster.start()
        except BaseException:
            self._unlock()
            raise
        self._watcher = asyncio.create_task(self._watch(self._postmaster), name="watch embedded PostgreSQL")
        return _url(place, password)

    async def stop(self) -> None:
        """A fast shutdown. Safe to call twice, or without `start`."""
        if self._watcher is not None:
            self._watcher.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watcher
            self._watcher = None
        if self._postmaster is not None:
            await self._postmaster.stop()
        self._unlock()

    async def _watch(self, postmaster: Postmaster) -> None:
        while True:
            code = await postmaster.ended()
            log.error("PostgreSQL ended by itself (exit code %s): starting it again", code)
            pause = 0.1
            while True:
                try:
                    await postmaster.start()
                    break
                except (EmbeddedError, OSError) as error:
                    log.error("PostgreSQL cannot be started again yet: %s", error)  # noqa: TRY400 - the text says it all
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, LONGEST_PAUSE)

    async def _lock(self, folder: Path) -> None:
        lock = FolderLock(folder)
        await lock.acquire()
        self._locks.append(lock)

    def _unlock(self) -> None:
        while self._locks:
            self._locks.pop().release()
