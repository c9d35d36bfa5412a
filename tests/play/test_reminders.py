"""Whatever falls due while the server is down happens once, at its time: a story of three crashes in driven time."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from gateway.client.errors import Unreachable
from gateway.client.http import Api, Session
from rules.days import stamp
from tests.play.databases import database, no_commits, set_game_time
from tests.play.players import PASSWORD, Bare, guest, ok, registered, user_id
from tests.play.running import POLL, RunningServer

pytestmark = pytest.mark.serial

THURSDAY = datetime(2026, 4, 30, 8, tzinfo=UTC)
FRIDAY = datetime(2026, 5, 1, 8, tzinfo=UTC)
EVENING = datetime(2026, 5, 1, 21, 30, tzinfo=UTC)
SATURDAY = datetime(2026, 5, 2, 0, 30, tzinfo=UTC)
DRIVEN = {"GAUNTLET_CLOCK": "driven", "GAUNTLET_CLOCK_START": THURSDAY.isoformat()}
CALM = {"notifications": {"rewards": False}}  # badges and levels are none of this story


async def test_reminders_that_were_due_in_a_crash_fire_once(database_url: str) -> None:
    """Ann and Bob live in UTC; Cem in Tokyo, where the day is over long before the evening here."""
    async with RunningServer(database_url, DRIVEN) as server, Api(server.url) as api:
        ann, bob = await guest(api, "Ann"), await guest(api, "Bob")
        cem = await guest(api, "Cem", "Asia/Tokyo")
        people = (ann, bob, cem)

        # Thursday: a streak of three days begins, and a round of an elimination
        for person in people:
            await does(server, person, ("preferences:update", CALM))
        rounds = {"metric": "steps", "mode": "elimination", "eliminate": {"every": "day", "lowest": 1}}
        knock_out = await challenge(server, "Knock-out", "2026-04-30T09:00:00Z", "2026-05-20T00:00:00Z", people, rounds)
        await does(server, ann, ("challenge:start", {"challengeId": knock_out}))
        for person, steps in ((ann, 1500), (bob, 1100), (cem, 1400)):
            for day in ("2026-04-28", "2026-04-29", "2026-04-30"):
                await does(server, person, ("steps:sync", {"date": day, "steps": steps}))
        await does(server, ann, ("preferences:update", {"trackPuffs": True}))

        await crash(server, FRIDAY)
        (dropped,) = await told(database_url, "RoundEnded")
        assert (dropped["at"], dropped["dropped"]) == ("2026-05-01T00:15:00Z", [user_id(bob)])

        # Friday morning: Ann trains and stops saying anything, in her quiet hours
        sprint = await challenge(server, "Sprint", "2026-05-01T12:00:00Z", "2026-05-01T18:00:00Z", people)
        await challenge(server, "Night walk", "2026-05-01T22:00:00Z", "2026-05-02T22:00:00Z", people)
        ending = await challenge(server, "May Day", "2026-05-01T08:30:00Z", "2026-05-01T22:15:00Z", people)
        await does(server, ann, ("challenge:start", {"challengeId": ending}))
        circle = (await does(server, bob, ("group:create", {"name": "Circle", "checkInFrequency": "daily"})))["id"]
        await does(server, bob, ("group:invite", {"groupId": circle, "userIds": [user_id(ann)]}))
        await does(server, ann, ("group:join", {"groupId": circle}))
        workout = (await does(server, ann, ("workout:start", {})))["id"]
        await does(server, ann, ("rest:start", {"sessionId": workout, "seconds": 600}))
        await does(server, ann, ("preferences:update", {"quietHours": {"from": "07:00", "to": "09:00"}}))
        await does(server, bob, ("friend:request", {"userId": user_id(ann)}))
        assert "quiet" in await waiting(database_url, ann)

        await crash(server, EVENING)
        evening = await counted(database_url, people)
        assert [end["at"] for end in await told(database_url, "RestEnded")] == ["2026-05-01T08:10:00Z"]
        assert [end["at"] for end in await told(database_url, "QuietHoursEnded")] == ["2026-05-01T21:30:00Z"]
        (over,) = await told(database_url, "SessionCompleted")
        assert over["abandoned"] is True
        assert "sessionId" not in await me(server, ann)
        assert await timeline(ann, sprint, "started", "settling", "finished") == {
            "started": "2026-05-01T12:00:00Z",
            "settling": "2026-05-01T18:00:00Z",
            "finished": "2026-05-01T18:15:00Z",
        }
        soon = ("challengeStartsSoon", "challengeEndsSoon", "challengeFinished")
        assert {type: evening["Ann", type] for type in (*soon, "checkInDue", "streakAtRisk", "friendRequested")} == {
            "challengeStartsSoon": 1,  # of the night walk; nobody needs to hear so of the sprint now
            "challengeEndsSoon": 1,
            "challengeFinished": 1,
            "checkInDue": 1,
            "streakAtRisk": 1,
            "friendRequested": 1,
        }
        assert [evening[name, "streakAtRisk"] for name in ("Bob", "Cem")] == [1, 0]  # Cem's day was over
        assert [evening[name, "checkInDue"] for name in ("Bob", "Cem")] == [1, 0]
        xp = (await me(server, ann))["xp"]

        # Saturday: a day without a puff is over, and with it a second round in which nobody walked
        await crash(server, SATURDAY)
        shown = await me(server, ann)
        assert shown["xp"] == xp + 30
        assert [streak["current"] for streak in shown["streaks"] if streak["kind"] == "puffFree"] == [1]
        assert [end["dropped"] for end in await told(database_url, "RoundEnded")] == [[user_id(bob)], []]
        night = await counted(database_url, people)
        assert night == evening + Counter({(name, "challengeFinished"): 1 for name in ("Ann", "Bob", "Cem")})

        # and nothing of it comes again
        before = await everything_told(database_url)
        await crash(server, SATURDAY)
        assert await everything_told(database_url) == before
        assert (await me(server, ann))["xp"] == shown["xp"]
        code, printed = await server.command("verify")
        assert code == 0, printed


async def test_killed_while_time_is_moved_it_goes_on_where_it_was(database_url: str) -> None:
    """No event is later than the clock, and what the move did not come to happens once all the same."""
    async with RunningServer(database_url, DRIVEN) as server, Api(server.url) as api:
        ann = await registered(api, "ann")
        assert (await server.command("grant", "ann", "admin"))[0] == 0
        admin = await api.login("ann@example.org", PASSWORD)
        workout = (await does(server, ann, ("workout:start", {})))["id"]
        await does(server, ann, ("rest:start", {"sessionId": workout, "seconds": 600}))
        async with no_commits(database_url) as hanging:
            move = asyncio.create_task(admin.call("PUT", "/admin/clock", json={"now": stamp(FRIDAY)}))
            await hanging()
            server.kill9()
            await server.ended()
            with pytest.raises(Unreachable):
                await move
        await server.start()
        rest_over = stamp(THURSDAY + timedelta(seconds=600))
        assert (await admin.call("GET", "/admin/clock"))["now"] == rest_over
        await all_handled(database_url, THURSDAY + timedelta(seconds=600))
        assert [end["at"] for end in await told(database_url, "RestEnded")] == [rest_over]

        await admin.call("PUT", "/admin/clock", json={"now": stamp(FRIDAY)})
        assert len(await told(database_url, "RestEnded")) == len(await told(database_url, "SessionCompleted")) == 1
        code, printed = await server.command("verify")
        assert code == 0, printed


# --- doing, and crashing ---


async def does(server: RunningServer, person: Session, *story: tuple[str, Mapping[str, Any]]) -> dict[str, Any]:
    """→ the last reply."""
    done: dict[str, Any] = {}
    async with Bare(server.socket_url) as bare:
        await bare.hello(person)
        for type, data in story:
            done = ok(await bare.ask(type, data))
    return done


async def challenge(
    server: RunningServer,
    name: str,
    starts: str,
    ends: str,
    people: tuple[Session, ...],
    terms: Mapping[str, Any] | None = None,
) -> str:
    """An open one, of the first of the people, with all of them in it."""
    plan = {"name": name, "startsAt": starts, "endsAt": ends, **(terms or {"metric": "steps", "mode": "most"})}
    id: str = (await does(server, people[0], ("challenge:create", plan)))["id"]
    await does(server, people[0], ("challenge:open", {"challengeId": id}))
    for person in people:
        await does(server, person, ("challenge:join", {"challengeId": id}))
    return id


async def crash(server: RunningServer, now: datetime) -> None:
    """It is back at `now`, and all that was due has been handled."""
    server.kill9()
    await server.ended()
    assert server.database_url is not None
    await set_game_time(server.database_url, now)
    await server.start()
    await all_handled(server.database_url, now)


async def all_handled(url: str, now: datetime) -> None:
    async with asyncio.timeout(10), database(url) as connection:
        while await connection.fetchval("SELECT count(*) FROM reminders WHERE due <= $1", now):
            await asyncio.sleep(POLL)


# --- looking ---


async def me(server: RunningServer, person: Session) -> dict[str, Any]:
    async with Bare(server.socket_url) as bare:
        shown: dict[str, Any] = (await bare.hello(person))["user"]
    return shown


async def timeline(person: Session, challenge: str, *types: str) -> dict[str, str]:
    entries = (await person.call("GET", f"/challenges/{challenge}/timeline"))["entries"]
    return {entry["type"]: entry["at"] for entry in entries if entry["type"] in types}


async def told(url: str, type: str) -> list[dict[str, Any]]:
    """The events of a type, in order."""
    async with database(url) as connection:
        rows = await connection.fetch("SELECT payload FROM journal WHERE type = $1 ORDER BY id, seq", type)
    return [orjson.loads(row["payload"]) for row in rows]


async def counted(url: str, people: tuple[Session, ...]) -> Counter[tuple[str, str]]:
    """(name, type of a notice) → how often."""
    names = {user_id(person): str(person.user["displayName"]) for person in people}
    async with database(url) as connection:
        rows = await connection.fetch("SELECT id::text, payload FROM journal WHERE type = 'Notified'")
    return Counter((names[row["id"]], orjson.loads(row["payload"])["type"]) for row in rows)


async def everything_told(url: str) -> dict[str, int]:
    async with database(url) as connection:
        rows = await connection.fetch("SELECT type, count(*) AS times FROM journal GROUP BY 1")
    return {row["type"]: row["times"] for row in rows}


async def waiting(url: str, person: Session) -> set[str]:
    async with database(url) as connection:
        rows = await connection.fetch("SELECT name FROM reminders WHERE id = $1", user_id(person))
    return {row["name"] for row in rows}
