"""The reckoning after a storm over the whole game: is everything that the players were told in the database, once?

Each function returns problems in words; an empty list is what a server owes.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import asyncpg
import orjson

from gateway.rule_file import read_book
from persistence.kinds import stored_kinds
from rules.recompute import recompute
from rules.ruleset import RuleSet
from rules.stats import Count
from rules.user import User
from tests.play.databases import database
from tests.play.game import TODAY, Game
from tests.play.lanes import Said
from tests.play.ledger import compared, listed
from tests.play.players import Bare, ok, user_id

RUN_WEIGHT = 1.25  # steps for a metre that was run


async def problems(url: str, game: Game) -> list[str]:
    """Of read tables and journal, at one moment."""
    async with database(url) as connection, connection.transaction(isolation="repeatable_read"):
        return [
            *await _activities(connection, game),
            *await _workouts(connection, game),
            *await _words(connection, game),
            *await _social(connection, game),
            *await _goals(connection, game),
            *await _challenges(connection, game),
            *await _keys(connection, game),
            *await _rewards(connection),
        ]


async def live_problems(socket_url: str, game: Game) -> list[str]:
    """What players are shown: of themselves, and of a challenge of teams."""
    found = []
    for session in game.people:
        me = user_id(session)
        async with Bare(socket_url) as bare:
            shown = (await bare.hello(session))["user"]
            page = ok(await bare.ask("challenge:leaderboard", {"challengeId": game.challenges["teams"]["id"]}))
        friends = {
            other: True for (one, other), status in game.noted.relations.items() if (one, status) == (me, "friends")
        }
        found += compared("friends", dict.fromkeys(shown["friends"], True), friends)
        found += compared("groups", dict.fromkeys(shown["groups"]), dict.fromkeys(game.groups))
        running = [id for id, one in game.noted.workouts.items() if (one.user, one.state) == (me, "inProgress")]
        found += compared("session", {me: shown.get("sessionId")}, {me: running[0] if running else None})
        found += compared("team", {row["teamId"]: row["score"] for row in page["teams"]}, _team_scores(game))
        found += compared("today", {me: shown["today"]["steps"]}, {me: _steps(game, me, today_only=True)})
    return found


# --- what each area comes to ---


async def _activities(connection: asyncpg.Connection, game: Game) -> list[str]:
    noted = game.noted
    rows = await connection.fetch("SELECT id::text, user_id::text AS user, kind, metrics::text, date FROM activities")
    kept: dict[str, dict[str, Any]] = {"run": {}, "puff": {}, "checkIn": {}, "workout": {}, "steps": {}}
    for row in rows:
        kept[row["kind"]][row["id"]] = (row["user"], row["date"], orjson.loads(row["metrics"]))
    runs = {id: (user, day, metres) for user, mine in noted.runs.items() for id, (day, metres) in mine.items()}
    puffs = {id: (user, day) for user, mine in noted.puffs.items() for id, day in mine.items()}
    days = await connection.fetch(
        "SELECT user_id::text AS user, sum(steps) AS steps, sum(distance) AS metres FROM days GROUP BY 1"
    )
    return [
        *compared(
            "runs", {id: (user, day, values["distance"]) for id, (user, day, values) in kept["run"].items()}, runs
        ),
        *compared("puffs", {id: (user, day) for id, (user, day, _) in kept["puff"].items()}, puffs),
        *compared(
            "check-ins",
            {id: (user, values["huCaresScore"]) for id, (user, _, values) in kept["checkIn"].items()},
            {id: (user, score) for (user, _), (id, score) in noted.check_ins.items()},
        ),
        *compared(
            "workouts",
            Counter(user for user, _, _ in kept["workout"].values()),
            Counter(one.user for one in noted.workouts.values() if one.state == "completed"),
        ),
        *compared(
            "days",
            {row["user"]: (row["steps"], row["metres"]) for row in days},
            {user_id(one): (_steps(game, user_id(one)), _metres(game, user_id(one))) for one in game.people},
        ),
    ]


async def _workouts(connection: asyncpg.Connection, game: Game) -> list[str]:
    sessions = await connection.fetch("SELECT id::text, owner_id::text AS user, state FROM sessions")
    sets: dict[str, list[tuple[float, int]]] = {}
    for row in await connection.fetch(
        "SELECT session_id::text AS id, weight, reps FROM session_sets ORDER BY 1, number"
    ):
        sets.setdefault(row["id"], []).append((row["weight"], row["reps"]))
    noted = game.noted.workouts
    return [
        *compared(
            "sessions",
            {row["id"]: (row["user"], row["state"]) for row in sessions},
            {id: (one.user, _state(one.state, game, id)) for id, one in noted.items()},
        ),
        *compared("sets", sets, {id: one.sets for id, one in noted.items() if one.sets}),
    ]


def _state(state: str, game: Game, session: str) -> str:
    """Whoever stopped playing in a pause has left it there."""
    if state != "inProgress":
        return state
    last = [said.type for said in game.acknowledged if said.data.get("sessionId") == session]
    return "paused" if last and last[-1] == "workout:pause" else state


async def _words(connection: asyncpg.Connection, game: Game) -> list[str]:
    """Group messages, comments and announcements: each once; what was lost, once or not at all."""
    messages = await connection.fetch("SELECT id::text, user_id::text AS user, text FROM group_messages")
    comments = await connection.fetch("SELECT id::text, user_id::text AS user, text FROM post_comments")
    announced = await connection.fetch(
        "SELECT payload->>'by' AS user, payload->>'text' AS text FROM journal WHERE type = 'AnnouncementMade'"
    )
    told = {said.ok["messageId"]: True for said in _of(game, "group:message") if said.ok}
    told |= {said.ok["id"]: True for said in _of(game, "post:comment") if said.ok}
    there = {row["id"]: True for row in (*messages, *comments)}
    return [
        *_once("messages", messages, _of(game, "group:message")),
        *_once("comments", comments, _of(game, "post:comment")),
        *_once("announcements", announced, _of(game, "challenge:announce")),
        *listed("another id", [id for id in told if id not in there]),
    ]


def _once(what: str, rows: list[Any], said: list[Said]) -> list[str]:
    stored = Counter((row["user"], row["text"]) for row in rows)
    told = Counter((one.user, one.data["text"]) for one in said if one.ok is not None)
    maybe = Counter((one.user, one.data["text"]) for one in said if one.lost)
    return [
        *listed(f"{what} lost", list((told - stored).elements())),
        *listed(f"{what} too often", list((stored - told - maybe).elements())),
    ]


async def _social(connection: asyncpg.Connection, game: Game) -> list[str]:
    relations = await connection.fetch("SELECT user_id::text AS one, other_id::text AS other, status FROM friendships")
    posts = await connection.fetch("SELECT id::text, text, likes, comments FROM posts")
    likes = await connection.fetch("SELECT post_id::text AS post, user_id::text AS user FROM post_likes")
    liked = Counter(post for post, _ in game.noted.likes)
    commented = Counter(
        row["post"] for row in await connection.fetch("SELECT post_id::text AS post FROM post_comments")
    )
    return [
        *compared("relations", {(row["one"], row["other"]): row["status"] for row in relations}, game.noted.relations),
        *compared("likes", {(row["post"], row["user"]): True for row in likes}, dict.fromkeys(game.noted.likes, True)),
        *compared(
            "posts",
            {row["id"]: (row["text"], row["likes"], row["comments"]) for row in posts},
            {id: (text, liked[id], commented[id]) for id, text in game.noted.posts.items()},
        ),
    ]


async def _goals(connection: asyncpg.Connection, game: Game) -> list[str]:
    rows = await connection.fetch("SELECT id::text, user_id::text AS user, title, target FROM goals")
    return compared("goals", {row["id"]: (row["user"], row["title"], row["target"]) for row in rows}, game.noted.goals)


async def _challenges(connection: asyncpg.Connection, game: Game) -> list[str]:
    rows = await connection.fetch(
        "SELECT challenge_id::text AS challenge, user_id::text AS user, score, team_id::text AS team FROM participants"
    )
    lobby = game.challenges["lobby"]["id"]
    scores = {(row["challenge"], row["user"]): row["score"] for row in rows if row["challenge"] != lobby}
    return [
        *compared("scores", scores, _scores(game)),
        *compared("lobby", {row["user"]: row["team"] for row in rows if row["challenge"] == lobby}, game.noted.teams),
    ]


async def _keys(connection: asyncpg.Connection, game: Game) -> list[str]:
    rows = await connection.fetch(
        "SELECT user_id::text AS user, key, count(*) AS times FROM idempotency_keys GROUP BY 1, 2"
    )
    return compared("keys", {(row["user"], row["key"]): row["times"] for row in rows}, game.keys())


async def _rewards(connection: asyncpg.Connection) -> list[str]:
    """XP as the journal says it, as the table does, and as all the facts come to from scratch."""
    rules = read_book(None).newest
    kind = stored_kinds(rules)["user"]
    users: dict[str, User] = {}
    for row in await connection.fetch(
        "SELECT id::text, type, version, payload FROM journal WHERE kind = 'user' ORDER BY id, seq"
    ):
        user = users.setdefault(row["id"], kind.blank(row["id"]))
        kind.evolve(user, kind.events.decode(row["type"], row["version"], row["payload"]))
    shown = {row["id"]: row["xp"] for row in await connection.fetch("SELECT id::text, xp FROM users")}
    kept = {id: user.rewards.xp for id, user in users.items()}
    return [
        *compared("xp shown", shown, kept),
        *compared("xp", kept, {id: _xp(user, rules) for id, user in users.items()}),
    ]


def _xp(user: User, rules: RuleSet) -> int:
    known = user.rewards
    if known.today is None:
        return known.xp
    counts = {count: known.stats.counts.get(count.value, 0) for count in (Count.FRIENDS, Count.RECORDS)}
    return recompute(
        user.id,
        user.days.values(),
        known.joined,
        (),
        known.today,
        user.created_at,
        rules,
        level=known.level,
        counts=counts,
        watched=known.puffs.periods if known.puffs is not None else (),
        targets=known.weeks.targets if known.weeks is not None else (),
        awards=known.awards,
        manual={key: track.manual for key, track in known.streaks.items()},
    ).xp


# --- sums ---


def _of(game: Game, type: str) -> list[Said]:
    return [said for said in game.said if said.type == type]


def _steps(game: Game, user: str, *, today_only: bool = False) -> int:
    """Of each day, those of the device that says more."""
    days: dict[Any, int] = {}
    for (walker, day, _), steps in game.noted.steps.items():
        if walker == user and (day == TODAY or not today_only):
            days[day] = max(steps, days.get(day, 0))
    return sum(days.values())


def _metres(game: Game, user: str) -> float:
    return sum(metres for _, metres in game.noted.runs[user].values())


def _volume(game: Game, user: str) -> float:
    done = (one for one in game.noted.workouts.values() if one.user == user and one.state == "completed")
    return sum(weight * reps for one in done for weight, reps in one.sets)


def _scores(game: Game) -> Mapping[tuple[str, str], float]:
    found = {}
    for user in map(user_id, game.people):
        steps, metres = _steps(game, user), _metres(game, user)
        by_name = {
            "teams": steps,
            "rounds": _steps(game, user, today_only=True),
            "weighted": steps + RUN_WEIGHT * metres,
            "far": metres,
            "puffs": len(game.noted.puffs[user]),
            "lifted": _volume(game, user),
            "cares": sum(score for (one, _), (_, score) in game.noted.check_ins.items() if one == user),
        }
        found |= {(game.challenges[name]["id"], user): float(score) for name, score in by_name.items()}
    return found


def _team_scores(game: Game) -> dict[str, float]:
    found: Counter[str] = Counter()
    for user in map(user_id, game.people):
        found[game.team(user)] += _steps(game, user)
    return dict(found)
