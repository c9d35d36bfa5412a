"""The reckoning after a storm: is everything that the crowd was told in the database, once, and nowhere twice?

Each function returns problems in words; an empty list is what a server owes.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import asyncpg
import orjson

from gateway.client.http import Api, Session
from tests.play.crowd import Crowd
from tests.play.databases import database
from tests.play.lanes import Lanes
from tests.play.players import Bare, user_id

SHOWN = 5  # of each kind of problem

_EVENTS = """
SELECT type, id::text AS id, payload::text AS payload FROM journal
WHERE type IN ('StepsSynced', 'ProfileUpdated', 'ParticipantJoined', 'ParticipantLeft', 'AnnouncementMade',
               'ParticipantDisqualified', 'ParticipantReinstated', 'ChallengeCreated', 'DayTallied')
ORDER BY kind, id, seq"""


async def problems(url: str, crowd: Crowd) -> list[str]:
    """Of journal and read tables, at one moment."""
    async with database(url) as connection, connection.transaction(isolation="repeatable_read"):
        return [*await journal_problems(connection, crowd), *await table_problems(connection, crowd)]


async def journal_problems(connection: asyncpg.Connection, crowd: Crowd) -> list[str]:
    """Every acknowledged command is in the journal exactly once, and nothing else is."""
    rows = [(row["type"], row["id"], orjson.loads(row["payload"])) for row in await connection.fetch(_EVENTS)]
    before_the_load = {("ChallengeCreated", user_id(crowd.host), name) for name in ("One", "Two", "Lobby")}
    before_the_load |= {
        ("ParticipantJoined", challenge, user_id(walker))
        for challenge in crowd.challenges
        for walker in (*crowd.walkers, crowd.ghost)
    }
    stored = Counter(_mark(*row) for row in rows if row[0] != "DayTallied")
    stored.subtract(before_the_load)
    told = crowd.effects()
    problems = listed("lost", [mark for mark in told if stored[mark] < told[mark]])
    problems += listed("counted too often", [mark for mark, times in stored.items() if times > told[mark]])
    return problems + _broken_chains([row for row in rows if row[0] == "DayTallied"], crowd)


def _broken_chains(tallies: list[tuple[str, str, dict[str, Any]]], crowd: Crowd) -> list[str]:
    """What a challenge heard of a day, one change after the other: without gaps, up to the day's total."""
    heard: dict[tuple[str, str, str], float] = {}
    problems = []
    for _, challenge, tally in tallies:
        if challenge == crowd.lobby:
            continue
        day = challenge, tally["user_id"], tally["date"]
        if heard.get(day, 0) != tally["before"]:
            problems.append(f"{day} jumps from {heard.get(day, 0)} to {tally['before']}")
        heard[day] = tally["after"]
    expected = {
        (challenge, *day): steps for day, steps in crowd.totals().items() for challenge in crowd.challenges if steps
    }
    wrong = [
        f"{day}: {heard.get(day)}, not {expected.get(day)}"
        for day in heard.keys() | expected.keys()
        if heard.get(day, 0) != expected.get(day, 0)
    ]
    return listed("a gap", problems) + listed("a challenge heard", wrong)


async def table_problems(connection: asyncpg.Connection, crowd: Crowd) -> list[str]:
    """The read tables say what the crowd was told."""
    days = await connection.fetch("SELECT user_id::text AS user, date::text AS date, steps FROM days")
    scores = await connection.fetch(
        "SELECT challenge_id::text AS challenge, user_id::text AS user, score, name FROM participants"
    )
    keys = await connection.fetch(
        "SELECT user_id::text AS user, key, count(*) AS times FROM idempotency_keys GROUP BY 1, 2"
    )
    walked = [row for row in scores if row["challenge"] != crowd.lobby]
    return [
        *compared("days", {(row["user"], row["date"]): row["steps"] for row in days}, crowd.totals()),
        *compared(
            "scores",
            {(row["challenge"], row["user"]): row["score"] for row in walked},
            {(challenge, user): score for challenge in crowd.challenges for user, score in crowd.scores().items()},
        ),
        *compared("names", {row["user"]: row["name"] for row in walked}, crowd.names()),
        *compared(
            "lobby",
            {row["user"]: True for row in scores if row["challenge"] == crowd.lobby},
            dict.fromkeys(crowd.visitors(), True),
        ),
        *compared(
            "keys",
            {(row["user"], row["key"]): row["times"] for row in keys},
            crowd.keys(),
        ),
    ]


async def live_problems(api: Api, crowd: Crowd) -> list[str]:
    """Leaderboards and days, as players are shown them."""
    problems = []
    for challenge in crowd.challenges:
        page = await crowd.host.call("GET", f"/challenges/{challenge}/leaderboard", params={"limit": "100"})
        scores = {row["userId"]: row["score"] for row in page["rows"]}
        expected = crowd.scores()
        if challenge == crowd.challenges[0] and _ghost_is_out(crowd):
            del expected[user_id(crowd.ghost)]  # shown at the end, without a rank; or not at all
            scores.pop(user_id(crowd.ghost), None)
        problems += compared("leaderboard", scores, expected)
    for walker in crowd.walkers:
        days = await walker.call(
            "GET", "/steps/range", params={"from": crowd.days[0].isoformat(), "to": crowd.days[-1].isoformat()}
        )
        shown = {(user_id(walker), day["date"]): day["steps"] for day in days["days"] if day["steps"]}
        expected_days = {day: steps for day, steps in crowd.totals().items() if day[0] == user_id(walker) and steps}
        problems += compared("steps", shown, expected_days)
    return problems


async def replay_problems(socket_url: str, crowd: Lanes, sessions: Sequence[Session], sample: int) -> list[str]:
    """A key sent again, from another device, gets the first reply."""
    problems = []
    for session in sessions:
        mine = [said for said in crowd.acknowledged if said.key and said.user == user_id(session)]
        async with Bare(socket_url) as bare:
            await bare.hello(session, device="another")
            for said in crowd.random.sample(mine, min(sample, len(mine))):
                again = await bare.ask(said.type, said.data, said.key)
                if again.get("ok") != said.ok:
                    problems.append(f"{said} → {again}")
    return listed("another reply", problems)


def _ghost_is_out(crowd: Crowd) -> bool:
    whims = [said.type for said in crowd.acknowledged if said.type in ("challenge:disqualify", "challenge:reinstate")]
    return bool(whims) and whims[-1] == "challenge:disqualify"


def _mark(type: str, id: str, payload: dict[str, Any]) -> tuple[str, ...]:
    """The counterpart of crowd.Crowd.effects."""
    match type:
        case "StepsSynced":
            return type, id, payload["date"], payload["device"], f"{payload['calories']:.0f}"
        case "ProfileUpdated":
            return type, id, payload["display_name"]
        case "ParticipantJoined" | "ParticipantLeft":
            return type, id, payload["user_id"]
        case "AnnouncementMade":
            return type, id, payload["text"]
        case "ParticipantDisqualified" | "ParticipantReinstated":
            return type, id, payload["reason"]
        case "ChallengeCreated":
            return type, payload["host_id"], payload["terms"]["name"]
        case _:
            raise AssertionError(type)


def compared(what: str, found: dict[Any, Any], expected: dict[Any, Any]) -> list[str]:
    """What is found, beside what should be."""
    wrong = [
        f"{key}: {found.get(key)}, not {expected.get(key)}"
        for key in found.keys() | expected.keys()
        if found.get(key) != expected.get(key)
    ]
    return listed(what, wrong)


def listed(what: str, wrong: list[Any]) -> list[str]:
    return [f"{what}: {one}" for one in wrong[:SHOWN]] + ([f"{what}: {len(wrong)} in all"] if wrong else [])
