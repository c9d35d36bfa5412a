"""What came out of a replay, read back through the front door: for people as tables, for tests as JSON."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from rich.console import Console
from rich.table import Table

from gateway.client.http import Session
from gateway.client.socket import GauntletSocket
from gateway.replay.players import Player

_PAGE = 20  # rows; small enough that 33 people need a second page
_DAYS = 28  # a request


async def standings(host: GauntletSocket, challenge_id: str) -> dict[str, Any]:
    """The whole leaderboard, page by page → {provisional, participants, rows}."""
    rows: list[dict[str, Any]] = []
    while True:
        ask = {"challengeId": challenge_id, "limit": _PAGE, "after": len(rows)}
        page = await host.request("challenge:leaderboard", ask)
        rows += page["rows"]
        if not page["rows"] or len(rows) >= page["participants"]:
            return {"provisional": page["provisional"], "participants": page["participants"], "rows": rows}


async def person(session: Session, first: date, last: date) -> dict[str, Any]:
    """{xp, level, badges: {id: times}, streaks: {kind: Streak}, freezes, days: {day: steps}} of one account."""
    me = await session.call("GET", "/users/me")
    days: dict[str, int] = {}
    start = first
    while start <= last:
        end = min(last, start + timedelta(days=_DAYS - 1))
        found = await session.call("GET", "/steps/range", params={"from": str(start), "to": str(end)})
        days |= {day["date"]: day["steps"] for day in found["days"]}
        start = end + timedelta(days=1)
    return {
        "xp": me["xp"],
        "level": me["level"],
        "badges": {
            badge["id"]: badge["times"] for badge in sorted(me["rewards"]["badges"], key=lambda b: str(b["id"]))
        },
        "streaks": {streak["kind"]: streak for streak in me["streaks"]},
        "freezes": me["rewards"]["freezes"],
        "days": days,
    }


def name_rows(board: Mapping[str, Any], players: Mapping[str, Player]) -> list[dict[str, Any]]:
    """A leaderboard's rows with the person of the file in place of the user's id."""
    who = {player.user_id: player.person for player in players.values()}
    return [
        {
            "person": who.get(row["userId"], row["userId"]),
            **{k: v for k, v in row.items() if k not in ("userId", "name")},
        }
        for row in board["rows"]
    ]


def show(console: Console, title: str, board: Mapping[str, Any], rows: list[dict[str, Any]]) -> None:
    table = Table(title=f"{title} — {'provisional' if board['provisional'] else 'final'}")
    table.add_column("rank", justify="right")
    table.add_column("person")
    table.add_column("steps", justify="right")
    table.add_column("reached")
    for row in rows:
        rank = "–" if row["rank"] is None else str(row["rank"])
        table.add_row(rank, row["person"], f"{row['score']:,.0f}", row.get("reachedAt", ""))
    console.print(table)


def show_people(console: Console, people: Mapping[str, Mapping[str, Any]]) -> None:
    table = Table(title="Rewards")
    for name in ("person", "XP", "level", "badges", "active / best", "goal / best", "steps"):
        table.add_column(name, justify="left" if name == "person" else "right")
    for who, found in sorted(people.items(), key=lambda item: -item[1]["xp"]):
        streaks = found["streaks"]
        table.add_row(
            who,
            f"{found['xp']:,}",
            str(found["level"]),
            str(sum(found["badges"].values())),
            *(_streak(streaks.get(kind)) for kind in ("active", "stepsGoal")),
            f"{sum(found['days'].values()):,}",
        )
    console.print(table)


def _streak(streak: Mapping[str, Any] | None) -> str:
    return "" if streak is None else f"{streak['current']} / {streak['longest']}"
