"""The embedded PostgreSQL: private, and there again after whatever happened to it or to us."""

import asyncio
import os
import shutil
import signal
import stat
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import asyncpg
import psutil
import pytest

from persistence.embedded import EmbeddedError, EmbeddedPostgres, account, lock, place, running_url

ROOT = Path(__file__).parents[2]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as somebody else")

OWNER = textwrap.dedent("""
    import asyncio, sys
    from pathlib import Path
    from persistence.embedded import EmbeddedPostgres, account

    async def own():
        if "--unbound" in sys.argv:  # as on systems where a child cannot be bound to its parent's life
            account._prctl = None
        postgres = EmbeddedPostgres(Path(sys.argv[1]))
        print(await postgres.start(), postgres.pid, flush=True)
        await asyncio.Event().wait()

    asyncio.run(own())
""")


@asynccontextmanager
async def running(home: Path) -> AsyncIterator[tuple[EmbeddedPostgres, str]]:
    postgres = EmbeddedPostgres(home)
    url = await postgres.start()
    try:
        yield postgres, url
    finally:
        await postgres.stop()


@contextmanager
def another_owner(home: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str, int]]:
    """A process that owns a PostgreSQL → (the process, the URL, PostgreSQL's pid)."""
    command = [sys.executable, "-c", OWNER, str(home), *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as owner:
        try:
            assert owner.stdout is not None
            url, pid = owner.stdout.readline().split()
            postmaster = psutil.Process(int(pid))
            yield owner, url, int(pid)
        finally:
            owner.kill()
            postmaster.wait(timeout=10)


async def execute(url: str, statement: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetch(statement)
    finally:
        await connection.close()


async def write_a_row(url: str) -> None:
    await execute(url, "CREATE TABLE kept AS SELECT 42 AS answer")


async def assert_the_row_is_there(url: str) -> None:
    assert await execute(url, "SELECT answer FROM kept") == [(42,)]


async def test_what_was_written_is_there_after_a_stop_and_a_start_under_the_same_url(home):
    async with running(home) as (_, first):
        await write_a_row(first)

    async with running(home) as (_, second):
        assert second == first
        await assert_the_row_is_there(second)


async def test_starting_stopping_twice_and_stopping_without_a_start_are_harmless(home):
    postgres = EmbeddedPostgres(home)
    await postgres.stop()
    assert postgres.pid is None

    await postgres.start()
    with pytest.raises(RuntimeError):
        await postgres.start()
    pid = postgres.pid
    await postgres.stop()
    await postgres.stop()

    assert pid is not None
    assert not psutil.pid_exists(pid)


async def test_nobody_gets_in_without_the_password(home):
    async with running(home) as (_, url):
        password = url.split(":")[2].split("@")[0]
        for attempt in (url.replace(password, "wrong"), url.replace(f":{password}", "")):
            with pytest.raises(asyncpg.InvalidPasswordError):
                await asyncpg.connect(attempt, passfile=home / "none")
        with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError):
            await asyncpg.connect(url.replace("//gauntlet:", "//postgres:"))

    kept = home / "postgres.password"
    assert kept.read_text() == password
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


async def test_the_game_is_no_superuser_of_its_database(home):
    async with running(home) as (_, url):
        assert await execute(url, "SELECT usesuper FROM pg_user WHERE usename = current_user") == [(False,)]


async def test_it_listens_on_a_private_socket_and_on_no_port(home):
    async with running(home) as (postgres, url):
        folder = Path(url.split("host=")[1].split("&")[0])
        family = [psutil.Process(postgres.pid), *psutil.Process(postgres.pid).children()]

        assert [process.net_connections(kind="inet") for process in family] == [[] for _ in family]
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / ".s.PGSQL.5432").stat().st_mode) == 0o700
        assert all(process.uids().effective != 0 for process in family)
        assert "PASSWORD" not in " ".join(family[0].cmdline()).upper()


async def test_a_long_path_gets_its_socket_elsewhere(home):
    deep = home / ("d" * 90)
    async with running(deep) as (_, url):
        folder = Path(url.split("host=")[1].split("&")[0])

        assert not folder.is_relative_to(deep)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    shutil.rmtree(folder)


async def test_a_second_server_is_told_who_has_the_folder(home, monkeypatch):
    monkeypatch.setattr(lock, "GRACE", 0)
    with another_owner(home) as (owner, url, _):
        with pytest.raises(EmbeddedError, match=rf"in use by another Gauntlet server \(process {owner.pid}\)"):
            await EmbeddedPostgres(home).start()
        await execute(url, "SELECT 1")


async def test_others_can_use_the_database_that_a_server_runs(home):
    """The command line works beside `gauntlet serve`; without one there is nothing to connect to."""
    assert running_url(home) is None
    async with running(home) as (_, url):
        assert running_url(home) == url
    assert running_url(home) is None


async def test_kill_9_of_the_owner_takes_postgres_along_and_the_next_start_finds_everything(home):
    with another_owner(home) as (owner, url, pid):
        await write_a_row(url)
        owner.kill()
        owner.wait()

        async with asyncio.timeout(10), running(home) as (postgres, _):
            assert postgres.pid != pid
            await assert_the_row_is_there(url)


async def test_a_postgres_that_outlived_its_owner_is_stopped_and_replaced(home):
    with another_owner(home, "--unbound") as (owner, url, pid):
        await write_a_row(url)
        owner.kill()
        owner.wait()
        assert psutil.pid_exists(pid)

        async with asyncio.timeout(10), running(home) as (postgres, _):
            assert postgres.pid != pid
            assert not _runs(pid)
            await assert_the_row_is_there(url)


async def test_kill_9_of_both_is_survived(home):
    with another_owner(home) as (owner, url, pid):
        await write_a_row(url)
        os.kill(pid, signal.SIGKILL)
        owner.kill()
        owner.wait()

        async with asyncio.timeout(20), running(home):
            await assert_the_row_is_there(url)


async def test_kill_9_of_postgres_is_repaired_while_we_run(home):
    async with running(home) as (postgres, url):
        await write_a_row(url)
        killed = postgres.pid
        os.kill(killed, signal.SIGKILL)

        async with asyncio.timeout(20):
            while postgres.pid in (killed, None) or not await _answers(url):
                await asyncio.sleep(0.01)
        await assert_the_row_is_there(url)


async def test_a_stale_file_that_names_a_living_stranger_does_not_keep_it_from_starting(home):
    """After a reboot, or in a container, the old process number may be anybody's."""
    async with running(home) as (_, url):
        await write_a_row(url)
        folder = Path(url.split("host=")[1].split("&")[0])
    for file in (folder.with_name("data") / "postmaster.pid", folder / ".s.PGSQL.5432.lock"):
        file.write_text(f"{os.getpid()}\n{folder.with_name('data')}\n1700000000\n5432\n{folder}\n\n")
        shutil.chown(file, folder.stat().st_uid, folder.stat().st_gid)

    async with running(home):
        await assert_the_row_is_there(url)


async def test_a_first_start_that_was_cut_short_is_done_again(home):
    async with running(home):
        pass
    shutil.move(home / "postgres/data", home / "postgres/new-1")

    async with running(home) as (_, url):
        await execute(url, "SELECT 1")
    assert not (home / "postgres/new-1").exists()


async def test_a_lost_password_is_replaced(home):
    async with running(home) as (_, first):
        await write_a_row(first)
    (home / "postgres.password").unlink()

    async with running(home) as (_, second):
        assert second != first
        await assert_the_row_is_there(second)


async def test_data_of_another_major_version_is_left_alone(home):
    async with running(home):
        pass
    (home / "postgres/data/PG_VERSION").write_text("17\n")

    with pytest.raises(EmbeddedError, match="made by PostgreSQL 17, and this is 18"):
        await EmbeddedPostgres(home).start()


async def test_a_start_that_fails_says_what_postgres_said_and_lets_go_of_the_folder(home):
    async with running(home):
        pass
    configuration = home / "postgres/data/postgresql.conf"
    good = configuration.read_text()
    configuration.write_text(good + "\nshared_memory_type = nonsense\n")
    with pytest.raises(EmbeddedError, match="shared_memory_type"):
        await EmbeddedPostgres(home).start()

    configuration.write_text(good)
    async with running(home) as (_, url):
        await execute(url, "SELECT 1")


@as_root
async def test_below_a_closed_folder_the_data_lives_elsewhere_and_is_found_again(home, monkeypatch):
    """No folder is opened for others: a closed one stays closed."""
    home.chmod(0o700)
    inner = home / "inner"
    elsewhere = home.with_name(home.name + "-elsewhere")
    monkeypatch.setattr(place, "ELSEWHERE", elsewhere)
    try:
        async with running(inner) as (_, url):
            await write_a_row(url)
        async with running(inner) as (_, url):
            await assert_the_row_is_there(url)
            assert str(elsewhere) in url

        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        shutil.rmtree(Path((inner / "postgres.location").read_text().strip()))
        with pytest.raises(EmbeddedError, match="that folder is gone"):
            await EmbeddedPostgres(inner).start()
    finally:
        shutil.rmtree(elsewhere)


@as_root
async def test_programs_that_the_database_user_cannot_read_are_copied_once(home, monkeypatch):
    """As in an environment below a closed /root."""
    elsewhere = home / "elsewhere"
    monkeypatch.setattr(place, "ELSEWHERE", elsewhere)
    monkeypatch.setattr(account.Account, "can_read", lambda self, file: False)
    async with running(home) as (postgres, _):
        assert Path(psutil.Process(postgres.pid).exe()).is_relative_to(elsewhere)
    [copy] = elsewhere.iterdir()
    made = copy.stat().st_ctime_ns

    async with running(home):
        assert [copy] == list(elsewhere.iterdir())
        assert copy.stat().st_ctime_ns == made


@as_root
async def test_data_that_an_ordinary_user_made_is_run_as_that_user(home):
    async with running(home):
        pass
    for folder, _, files in os.walk(home / "postgres/data"):
        for path in (folder, *(Path(folder) / file for file in files)):
            os.chown(path, 1, 1)
    shutil.rmtree(home / "postgres/socket")

    async with running(home) as (postgres, _):
        assert psutil.Process(postgres.pid).uids().effective == 1


@as_root
def test_an_ordinary_user_runs_it_as_itself(home):
    nobody = account.Account.unprivileged()
    if not (nobody.can_read(Path(sys.executable)) and nobody.can_enter(ROOT)):
        pytest.skip("SKIPPED: an ordinary user cannot reach this environment")
    nobody.give(home)
    command = [sys.executable, "-c", OWNER, str(home)]
    with subprocess.Popen(
        command, cwd=ROOT, user=nobody.uid, group=nobody.gid, extra_groups=[], stdout=subprocess.PIPE, text=True
    ) as owner:
        try:
            assert owner.stdout is not None
            said = owner.stdout.readline().split()
            assert len(said) == 2
            assert psutil.Process(int(said[1])).uids().effective == nobody.uid
            assert stat.S_IMODE((home / "postgres").stat().st_mode) == 0o700
        finally:
            owner.kill()
            psutil.Process(int(said[1])).wait(timeout=10)


def _runs(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


async def _answers(url: str) -> bool:
    try:
        await execute(url, "SELECT 1")
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False
    return True
