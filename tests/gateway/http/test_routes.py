"""Routes and the commands behind them; lists, steps and files from the read tables."""

from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import Any
from uuid import uuid4

import orjson

from gateway.catalogue import CATALOGUE
from gateway.http.routes import ROUTES
from rules.refusal import Code, Refusal
from tests.fakes_http import Site

SOME_ID = "6f1d7c1e-5f0c-4d53-9a77-2a1b6f6e0a11"
DAY = date(2026, 5, 1)
TODAY = {"date": "2026-05-01", "steps": 100}


def test_every_route_stands_on_something_that_is_there() -> None:
    assert len({(route.method, route.path) for route in ROUTES}) == len(ROUTES)
    for route in ROUTES:
        assert (route.command is None) != (route.handler is None), route
        assert route.command is None or route.command in CATALOGUE, route
        assert route.takes is None or route.takes in CATALOGUE, route
        assert route.command is not None or route.summary, route


async def test_a_route_sends_its_command_with_the_ids_of_the_path(site: Site) -> None:
    token = await site.token()

    await site.ask("POST", f"/challenges/{SOME_ID.upper()}/disqualify", {"userId": SOME_ID, "reason": "car"}, token)
    await site.ask("GET", f"/challenges/{SOME_ID}/leaderboard?around=me&limit=5", token=token)
    await site.ask("GET", f"/receipts?challenge={SOME_ID}&reward=xp&date=2026-05-01", token=token)

    assert [(sent.name, sent.data) for sent in site.game.sent] == [
        ("challenge:disqualify", {"userId": SOME_ID, "reason": "car", "challengeId": SOME_ID}),
        ("challenge:leaderboard", {"around": "me", "limit": 5, "challengeId": SOME_ID}),
        ("receipt:explain", {"challengeId": SOME_ID, "subject": "xp", "date": "2026-05-01"}),
    ]


async def test_an_id_comes_from_the_path_alone(site: Site) -> None:
    token = await site.token()

    twice = await site.ask("POST", f"/challenges/{SOME_ID}/join", {"challengeId": SOME_ID}, token)

    assert twice.fields == ["challengeId"]
    assert (await site.ask("POST", "/challenges/7/join", token=token)).code == "NOT_FOUND"
    assert site.game.sent == []


async def test_a_created_challenge_says_where_it_is(site: Site) -> None:
    site.game.answers["challenge:create"] = {"id": SOME_ID, "name": "May"}

    answer = await site.ask("POST", "/challenges", {"name": "May"}, await site.token())

    assert (answer.status, answer.headers["Location"]) == (201, f"/api/v1/challenges/{SOME_ID}")


async def test_profile_and_me_are_the_same_and_change_by_the_command(site: Site) -> None:
    token = await site.token()

    changed = await site.ask("PUT", "/users/profile", {"displayName": "Ann"}, token)

    assert [(sent.name, sent.data) for sent in site.game.sent] == [("profile:update", {"displayName": "Ann"})]
    assert changed.data == (await site.ask("GET", "/users/me", token=token)).data
    assert (await site.ask("GET", "/users/me/preferences", token=token)).data == {"units": "metric"}


async def test_badges_come_as_a_list(site: Site) -> None:
    site.game.answers["user:badges"] = {"badges": [{"id": "first"}]}
    site.game.answers["user:earned"] = {"badges": [{"id": "first", "times": 1}]}
    token = await site.token()

    assert (await site.ask("GET", "/badges", token=token)).data == [{"id": "first"}]
    assert (await site.ask("GET", f"/users/{SOME_ID}/badges", token=token)).data == [{"id": "first", "times": 1}]


# --- steps ---


async def test_one_day_of_steps_is_the_command_itself(site: Site) -> None:
    site.game.answers["steps:sync"] = {"activity": {"id": "a"}, "today": TODAY}
    body = {"date": "2026-05-01", "steps": 100}

    answer = await site.ask(
        "POST", "/steps/sync", body, await site.token(), headers={"Idempotency-Key": "k", "X-Device": "phone"}
    )

    assert answer.data == {"activity": {"id": "a"}, "today": TODAY}
    [sent] = site.game.sent
    assert (sent.data, sent.key, sent.caller.device) == (body, "k", "phone")


async def test_a_list_of_days_is_sent_day_by_day_with_keys_that_repeat(site: Site) -> None:
    def sync(data: Any) -> Any:
        if data["steps"] > 100_000:
            return Refusal(Code.IMPLAUSIBLE_ACTIVITY, "nobody walks that far")
        return {"activity": {"id": data["date"]}, "today": TODAY}

    site.game.answers["steps:sync"] = sync
    token = await site.token()
    days = [{"date": f"2026-04-{day}", "steps": steps} for day, steps in ((28, 1), (29, 200_000), (30, 3))]

    first = await site.ask("POST", "/steps/sync", {"steps": days}, token, headers={"Idempotency-Key": "k" * 64})
    again = await site.ask("POST", "/steps/sync", {"steps": days}, token, headers={"Idempotency-Key": "k" * 64})

    assert first.data == again.data
    assert first.data["activities"] == [{"id": "2026-04-28"}, {"id": "2026-04-30"}]
    assert [(each["index"], each["error"]["code"]) for each in first.data["refused"]] == [(1, "IMPLAUSIBLE_ACTIVITY")]
    keys = [sent.key for sent in site.game.sent]
    assert keys[:3] == keys[3:]
    assert len({*keys}) == 3
    assert all(key and len(key) <= 64 for key in keys)


async def test_a_list_with_a_malformed_day_changes_nothing(site: Site) -> None:
    token = await site.token()
    good = {"date": "2026-05-01", "steps": 1}
    for days, field in (
        ([good, {"date": "2026-02-30", "steps": 1}], "steps.1.date"),
        ([good, {**good, "steps": -1}], "steps.1.steps"),
        ([good, {**good, "mood": 1}], "steps.1.mood"),
        ([good, 7], "steps.1"),
        ([], "steps"),
        ([good] * 32, "steps"),
    ):
        assert (await site.ask("POST", "/steps/sync", {"steps": days}, token)).fields == [field]
    assert (await site.ask("POST", "/steps/sync", {"steps": [good], "date": "2026-05-01"}, token)).fields == ["date"]
    assert site.game.sent == []


async def test_steps_are_read_by_day_range_and_period(site: Site) -> None:
    ann = await site.player()
    await site.pool.execute(
        """INSERT INTO users (id, username, display_name, timezone, level, xp, profile_privacy, created_at)
           VALUES ($1, 'ann', 'Ann', 'Pacific/Auckland', 1, 0, 'public', $2)""",
        ann["user"]["id"],
        datetime(2026, 1, 1, tzinfo=UTC),
    )
    await site.pool.executemany(
        "INSERT INTO days VALUES ($1, $2, $3, 10.5, 20, 30, 5000)",
        [(ann["user"]["id"], DAY + timedelta(days=n), 4000 + 1000 * n) for n in range(3)],
    )

    async def read(path: str) -> Any:
        return (await site.ask("GET", path, token=ann["accessToken"])).data

    assert (await read("/steps/daily?date=2026-05-01"))["steps"] == 4000
    assert (await read("/steps/daily"))["date"] == "2026-05-02", "it is tomorrow already in Auckland"
    assert (await read("/steps/daily?date=2020-01-01"))["steps"] == 0
    span = await read("/steps/range?from=2026-05-02&to=2026-06-01")
    assert (span["steps"], [day["date"] for day in span["days"]]) == (11_000, ["2026-05-02", "2026-05-03"])
    week = await read("/steps/statistics?period=week&date=2026-05-01")
    assert (week["from"], week["to"], week["steps"], week["days"]) == ("2026-04-27", "2026-05-03", 15_000, 3)
    assert (week["goalDays"], week["averageSteps"], week["bestDay"]["date"]) == (2, 5000.0, "2026-05-03")
    month = await read("/steps/statistics?period=month")
    assert (month["from"], month["to"]) == ("2026-05-01", "2026-05-31")
    year = await read("/steps/statistics?period=year&date=9999-12-31")
    assert (year["from"], year["to"], year["steps"]) == ("9999-01-01", "9999-12-31", 0)
    assert (await read("/users/me/stats"))["steps"] == 15_000
    for query in ("from=2026-05-02&to=2026-05-01", "from=2020-01-01&to=2026-05-01"):
        assert (await site.ask("GET", f"/steps/range?{query}", token=ann["accessToken"])).fields == ["to"]


# --- lists ---


async def add_activity(site: Site, user_id: str, day: date, **changes: Any) -> str:
    row = {"id": str(uuid4()), "kind": "steps", "status": "counted", **changes}
    await site.pool.execute(
        """INSERT INTO activities (id, user_id, kind, date, device, metrics, status, details, recorded_at)
           VALUES ($1, $2, $3, $4, 'phone', $5, $6, '{}', $7)""",
        row["id"],
        user_id,
        row["kind"],
        day,
        orjson.dumps({"steps": 7}).decode(),
        row["status"],
        datetime(2026, 5, 1, tzinfo=UTC),
    )
    return str(row["id"])


async def pages(site: Site, path: str, token: str) -> list[list[str]]:
    found, cursor = [], ""
    while True:
        answer = await site.ask("GET", f"{path}{cursor}", token=token)
        found.append([each["id"] for each in answer.data])
        pagination = answer.body["meta"]["pagination"]
        assert pagination["hasMore"] is (pagination["nextCursor"] is not None)
        if not pagination["hasMore"]:
            return found
        cursor = f"&cursor={pagination['nextCursor']}"


async def test_pages_of_activities_hold_each_once_while_rows_are_added(site: Site) -> None:
    ann, bob = await site.player("ann"), await site.player("bob")
    mine = [await add_activity(site, ann["user"]["id"], DAY - timedelta(days=n // 2)) for n in range(5)]
    await add_activity(site, bob["user"]["id"], DAY)
    token = ann["accessToken"]

    newest = await pages(site, "/activities?limit=2", token)
    oldest = await pages(site, "/activities?limit=2&sort=date", token)

    assert [len(page) for page in newest] == [2, 2, 1]
    assert sorted(chain(*newest)) == sorted(mine)
    assert list(chain(*oldest)) == list(chain(*newest))[::-1]
    first = await site.ask("GET", "/activities?limit=2", token=token)
    await add_activity(site, ann["user"]["id"], DAY + timedelta(days=1))
    cursor = first.body["meta"]["pagination"]["nextCursor"]
    second = await site.ask("GET", f"/activities?limit=2&cursor={cursor}", token=token)
    assert [each["id"] for each in second.data] == newest[1]
    foreign = await site.ask("GET", f"/activities?sort=date&cursor={cursor}", token=token)
    assert foreign.fields == ["cursor"]
    assert len((await site.ask("GET", "/activities?from=2026-05-01&to=2026-05-01", token=token)).data) == 2


async def test_an_activity_is_shown_to_its_owner_alone(site: Site) -> None:
    ann, bob = await site.player("ann"), await site.player("bob")
    activity = await add_activity(site, ann["user"]["id"], DAY)

    shown = await site.ask("GET", f"/activities/{activity}", token=ann["accessToken"])

    assert shown.data == {
        "id": activity,
        "userId": ann["user"]["id"],
        "kind": "steps",
        "date": "2026-05-01",
        "metrics": {"steps": 7},
        "status": "counted",
        "details": {"device": "phone", "syncedAt": "2026-05-01T00:00:00Z"},
    }
    assert (await site.ask("GET", f"/activities/{activity}", token=bob["accessToken"])).code == "NOT_FOUND"


async def add_challenge(site: Site, host: str, starts: datetime, **changes: Any) -> str:
    row = {"state": "open", "visibility": "public", "metric": "steps", "mode": "most", **changes}
    id = str(uuid4())
    body = {"id": id, "startsAt": starts.strftime("%Y-%m-%dT%H:%M:%SZ"), "cohosts": row.get("cohosts", [])}
    await site.pool.execute(
        """INSERT INTO challenges (id, host_id, name, metric, mode, visibility, state, starts_at, ends_at,
               participants, rule_version, created_at, body)
           VALUES ($1, $2, 'x', $3, $4, $5, $6, $7, $7, 0, '1', $7, $8)""",
        id,
        host,
        row["metric"],
        row["mode"],
        row["visibility"],
        row["state"],
        starts,
        orjson.dumps(body).decode(),
    )
    return id


async def test_challenges_are_listed_to_those_who_may_see_them(site: Site) -> None:
    ann, bob = await site.player("ann"), await site.player("bob")
    start = datetime(2026, 6, 1, tzinfo=UTC)
    host = bob["user"]["id"]
    public = [await add_challenge(site, host, start + timedelta(microseconds=n // 2)) for n in range(4)]
    draft = await add_challenge(site, host, start, state="draft")
    private = await add_challenge(site, host, start, visibility="invite")
    joined = await add_challenge(site, host, start, visibility="invite")
    helped = await add_challenge(site, host, start, visibility="invite", cohosts=[ann["user"]["id"]])
    await site.pool.execute(
        "INSERT INTO participants VALUES ($1, $2, 'Ann', $3, 0, false)", joined, ann["user"]["id"], start
    )

    async def listed(path: str, who: Any) -> set[str]:
        return set(chain(*await pages(site, path, who["accessToken"])))

    assert await listed("/challenges?limit=2", ann) == {*public, joined, helped}
    assert await listed("/challenges?limit=2&sort=startsAt", ann) == {*public, joined, helped}
    assert await listed("/challenges?mine=true", ann) == {joined, helped}
    assert await listed("/challenges?limit=3", bob) == {*public, draft, private, joined, helped}
    assert await listed("/challenges?state=draft", bob) == {draft}
    assert await listed("/challenges?mode=race", bob) == set()


# --- files ---


async def test_results_come_as_a_table_that_no_spreadsheet_runs(site: Site) -> None:
    rows = [
        {"rank": 1, "userId": SOME_ID, "name": "=HYPERLINK(1)", "score": 12.5, "reachedAt": "2026-05-01T08:00:00Z"},
        {"rank": None, "userId": SOME_ID, "name": "Bob, the second", "score": 0, "disqualified": True},
    ]
    site.game.answers["challenge:results"] = lambda data: {"rows": rows if data["after"] == 0 else []}

    answer = await site.ask("GET", f"/challenges/{SOME_ID}/results.csv", token=await site.token())

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.body.decode().splitlines() == [
        "rank,name,score,reachedAt,disqualified,userId",
        f"1,'=HYPERLINK(1),12.5,2026-05-01T08:00:00Z,,{SOME_ID}",
        f',"Bob, the second",0,,True,{SOME_ID}',
    ]
