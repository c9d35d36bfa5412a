"""The data of the embedded PostgreSQL: made once, whole or not at all, with one role that can do what it needs."""

import os
import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path

from persistence.embedded.errors import EmbeddedError
from persistence.embedded.place import Place

MAJOR = "18"
ROLE = DATABASE = "gauntlet"


def ensure_cluster(place: Place, home: Path) -> str:
    """Makes the data where there is none. → the role's password, kept in `<home>/postgres.password` (0600).

    A lost password is replaced. No PostgreSQL may run on the data meanwhile. Raises EmbeddedError.
    """
    kept = home / "postgres.password"
    password = kept.read_text().strip() if kept.exists() else secrets.token_urlsafe(24)
    for leftover in place.state.glob("new-*"):
        shutil.rmtree(leftover)
    if not place.data.exists():
        _make(place, password)
    elif (found := (place.data / "PG_VERSION").read_text().strip()) != MAJOR:
        raise EmbeddedError(
            f"The database in {place.data} was made by PostgreSQL {found}, and this is {MAJOR}. "
            "Move it over with pg_dump of the old version, or choose another GAUNTLET_HOME."
        )
    elif not kept.exists():
        _execute(place, place.data, f"ALTER ROLE {ROLE} PASSWORD '{password}'")
    if not kept.exists():
        _write_private(kept, password)  # last: while it is missing, all of the above is done again
    return password


def _make(place: Place, password: str) -> None:
    fresh = place.state / f"new-{os.getpid()}"
    fresh.mkdir(mode=0o700)
    place.account.give(fresh)
    _run(
        place,
        [
            *("initdb", "--pgdata", str(fresh), "--username", "postgres", "--no-sync", "--no-instructions"),
            # the same order of words on every machine, whatever its system library thinks of locales
            *("--encoding", "UTF8", "--no-locale", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
            *("--auth", "reject"),
        ],
    )
    _execute(
        place,
        fresh,
        f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{password}'",
        f"CREATE DATABASE {DATABASE} OWNER {ROLE}",
    )
    _run(place, ["initdb", "--pgdata", str(fresh), "--sync-only"])
    fresh.rename(place.data)
    _sync(place.state)


def _execute(place: Place, data: Path, *statements: str) -> None:
    """One statement a line, in PostgreSQL's single-user mode: no server, no sign-in, nothing on a command line."""
    options = ["-c", "exit_on_error=on", "-c", "log_min_messages=warning"]
    _run(place, ["postgres", "--single", "-D", str(data), *options, "postgres"], "\n".join(statements) + "\n")


def _run(place: Place, command: Sequence[str], stdin: str = "") -> None:
    program, *arguments = command
    done = place.account.run([place.programs / program, *arguments], stdin=stdin.encode())
    if done.returncode != 0:
        raise EmbeddedError(f"{program} failed: {done.stderr.decode(errors='replace').strip()}")


def _write_private(path: Path, text: str) -> None:
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
