"""Everyone tries a command: who is turned away, with what, and that nothing comes of it."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any

from actors.messages import Permission
from gateway.catalogue import Entry
from tests.play.cast import PEOPLE, Cast, Scene, everything_stored
from tests.play.players import PASSWORD, error
from tests.play.running import SECRET

TURNED_AWAY = frozenset({"UNAUTHENTICATED", "NOT_FOUND", "FORBIDDEN"})

NARROWER: Mapping[tuple[str, str, str], str] = {
    ("challenge:join", "admin", "invite"): "NOT_FOUND",  # admins see everything, and take part like anyone else
}
"""Where the rules refuse someone who has the permission: command, person, visibility → code."""


def code_of(frame: Mapping[str, Any]) -> str:
    """Of the refusal, or `ok`."""
    return "ok" if "ok" in frame else str(error(frame)["code"])


def refusal(entry: Entry, powers: Collection[Permission]) -> str | None:
    """The code that somebody of these powers is turned away with; None when they get through."""
    if Permission.VIEWER not in powers:
        return "NOT_FOUND"
    return None if entry.may in powers else "FORBIDDEN"


def expected(entry: Entry, person: str, scene: Scene) -> str | None:
    """The code that a challenge turns this person away with; None when they get through."""
    return NARROWER.get((entry.name, person, scene.visibility)) or refusal(entry, scene.powers(person))


async def walk(
    database: str,
    people: Collection[str],
    refused: Callable[[str], str | None],
    ask: Callable[[str], Awaitable[str]],
    *,
    once: bool = False,
) -> dict[str, str]:
    """Those who may not come first, and change nothing; then everyone else gets through, and it works for someone.

    `once`: it leaves nothing for those who come second. → the codes of those who got through.
    """
    before = await everything_stored(database)
    for person in people:
        if (code := refused(person)) is not None:
            assert (person, await ask(person)) == (person, code)
    assert await everything_stored(database) == before
    let_in = [person for person in people if refused(person) is None]
    codes = {person: await ask(person) for person in let_in[: 1 if once else None]}
    assert not TURNED_AWAY & set(codes.values()), codes
    assert "ok" in codes.values(), codes
    return codes


async def acquainted(cast: Cast) -> Cast:
    """host: friends with participant, has blocked judge. All others know nobody."""
    await cast.tell("host", "friend:request", {"userId": cast.id("participant")})
    await cast.tell("participant", "friend:accept", {"userId": cast.id("host")})
    await cast.tell("host", "friend:block", {"userId": cast.id("judge")})
    return cast


async def nothing_leaked(cast: Cast) -> None:
    """Nobody was told what is private of others, and the log holds no secrets and no faults."""
    assert cast.secrets_heard() == {}
    log = cast.server.log
    tokens = [await cast.token(person) for person in PEOPLE]
    secrets = {"@example.org", PASSWORD, SECRET, *(str(token) for token in tokens)}
    assert {secret for secret in secrets if secret in log} == set()
    assert "Traceback" not in log
    assert "error" not in log.lower()
