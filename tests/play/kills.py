"""What is killed with -9, and started again where nothing else does: the database has a watcher of its own."""

import os
import signal

import psutil

from persistence.embedded import EmbeddedPostgres
from tests.play.databases import database, no_commits
from tests.play.running import RunningServer


async def kill_server(postgres: EmbeddedPostgres, url: str, server: RunningServer) -> None:
    server.kill9()
    await server.ended()
    async with database(url):
        pass
    await server.start()


async def kill_postmaster(postgres: EmbeddedPostgres, url: str, server: RunningServer) -> None:
    assert postgres.pid is not None
    os.kill(postgres.pid, signal.SIGKILL)


async def kill_database(postgres: EmbeddedPostgres, url: str, server: RunningServer) -> None:
    assert postgres.pid is not None
    postmaster = psutil.Process(postgres.pid)
    for process in (postmaster, *postmaster.children()):
        process.kill()


async def kill_writer(postgres: EmbeddedPostgres, url: str, server: RunningServer) -> None:
    """PostgreSQL then throws out everybody and recovers."""
    async with database(url) as connection:
        pid = await connection.fetchval("SELECT pid FROM pg_locks WHERE locktype = 'advisory' LIMIT 1")
    if pid is not None:  # it may be about to come back
        os.kill(pid, signal.SIGKILL)


async def kill_both(postgres: EmbeddedPostgres, url: str, server: RunningServer) -> None:
    await kill_database(postgres, url, server)
    await kill_server(postgres, url, server)


async def kill_in_a_commit(postgres: EmbeddedPostgres, url: str, server: RunningServer) -> None:
    async with no_commits(url) as hanging:
        await hanging()
        server.kill9()
        await server.ended()
    await server.start()


KILL = {
    "server": kill_server,
    "postmaster": kill_postmaster,
    "whole database": kill_database,
    "writing backend": kill_writer,
    "both": kill_both,
    "server in a commit": kill_in_a_commit,
}
