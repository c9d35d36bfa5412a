"""Two weeks of a check-in circle: a few people who ask each other how they are, and two who are kept out.

Ana   Berlin, founder and admin, two devices     Dan   London, loses his connection, sleeps at night
Ben   New York, becomes moderator                Eve   nobody here
Cleo  Tokyo, invited, keeps hers to herself      Finn  blocked by Ana; comes in by the code, and is thrown out
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any, Self

import pytest

from tests.play.day import Day, Person, a_day

pytestmark = pytest.mark.serial

TUESDAY = "2026-05-05T08:00:00Z"
NUDGE, END, NEXT_END = "2026-05-09T22:00:00Z", "2026-05-10T22:00:00Z", "2026-05-17T22:00:00Z"  # midnights of Berlin
DUE = "notification:new Sunday circle is waiting for your check-in."


@dataclass
class Circle:
    day: Day
    ana: Person
    ben: Person
    cleo: Person
    dan: Person
    eve: Person
    finn: Person
    id: str = ""
    code: str = ""
    cup: str = ""
    first_of_ana: dict[str, str] = field(default_factory=dict)

    @classmethod
    async def gather(cls, day: Day) -> Self:
        circle = cls(
            day,
            ana=await day.arrives("Ana", "Europe/Berlin"),
            ben=await day.arrives("Ben", "America/New_York", encoding="msgpack"),
            cleo=await day.arrives("Cleo", "Asia/Tokyo"),
            dan=await day.arrives("Dan", "Europe/London"),
            eve=await day.arrives("Eve", encoding="msgpack"),
            finn=await day.arrives("Finn"),
        )
        await circle.ana.opens("desk", "msgpack")
        return circle

    @property
    def topic(self) -> str:
        return f"group:{self.id}"

    def here(self, **more: Any) -> dict[str, Any]:
        return {"groupId": self.id, **more}

    def answers(self, *scores: int, **more: Any) -> dict[str, Any]:
        return self.here(**dict(zip(("productive", "satisfied", "body", "care"), scores, strict=True)), **more)

    async def participation(self, viewer: Person) -> dict[str, Any]:
        """Of the present period."""
        found: dict[str, Any] = (await viewer.tell("subscribe", {"topic": self.topic}))["state"]["participation"]
        return found

    async def seen(self, *by_all: str, **more: list[str]) -> None:
        """Each of the four members has seen what all see, then what is theirs alone; everybody else only that."""
        lines = {name: [*by_all, *more.pop(name, ())] for name in ("Ana", "Ben", "Cleo", "Dan")} | more
        assert await self.day.everyone_sees() == {name: seen for name, seen in lines.items() if seen}


async def test_two_weeks_of_a_circle(database_url: str) -> None:
    """A week of check-ins, a week with a challenge, a night without a server, and the founder's farewell."""
    async with a_day(database_url, TUESDAY, GAUNTLET_PRESENCE_GRACE="0.2") as day:
        circle = await Circle.gather(day)
        for act in (founding, company, first_week, monday, an_intruder, second_week, dark_night, results, farewell):
            await act(circle)


async def founding(circle: Circle) -> None:
    """By code, by invitation, or not at all."""
    ana, ben, cleo, dan, finn = circle.ana, circle.ben, circle.cleo, circle.dan, circle.finn
    await finn.tell("friend:request", {"userId": ana.id})
    await circle.seen(Ana=["notification:new Finn wants to be your friend.", "friend:requested Finn"])
    await ana.tell("friend:block", {"userId": finn.id})
    await dan.tell("preferences:update", {"quietHours": {"from": "22:00", "to": "07:00"}})
    await circle.seen(Dan=["sync:preferences"])  # a block is not told

    made = await ana.tell("group:create", {"name": "Sunday circle", "whoInvites": "admins"})
    assert (made["checkInFrequency"], made["timezone"], made["isPrivate"]) == ("weekly", "Europe/Berlin", True)
    circle.id, circle.code = made["id"], made["accessCode"]
    assert (await ben.tell("group:join", {"accessCode": circle.code.upper()}))["role"] == "member"
    for outsider in (circle.eve, finn):
        for type, data in (
            ("group:join", {"accessCode": "not-the-one"}),
            ("group:join", circle.here()),
            ("group:message", circle.here(text="Let me in")),
            ("checkin:submit", circle.answers(5, 5, 5, 5)),
            ("subscribe", {"topic": circle.topic}),
        ):
            assert (await outsider.refused(type, data))["code"] == "NOT_FOUND"
    assert (await ben.refused("group:invite", circle.here(userIds=[cleo.id])))["code"] == "FORBIDDEN"
    await ana.tell("group:role", circle.here(userId=ben.id, role="moderator"))
    promoted = "group:updated roleChanged Ben"
    await circle.seen(Ana=["group:updated memberJoined Ben", promoted], Ben=[promoted])

    await ben.tell("group:invite", circle.here(userIds=[cleo.id]))
    await ana.tell("group:invite", circle.here(userIds=[finn.id]))  # as if nobody had that id
    invited = "notification:new Ben invites you to the group Sunday circle."
    await circle.seen(Cleo=["group:invited Sunday circle by Ben", invited])
    assert (await finn.refused("group:join", circle.here()))["code"] == "NOT_FOUND"
    await cleo.tell("group:join", circle.here())
    await dan.tell("group:join", {"accessCode": circle.code})
    both = [f"group:updated memberJoined {name}" for name in ("Cleo", "Dan")]
    await circle.seen(Ana=both, Ben=both, Cleo=both[1:])


async def company(circle: Circle) -> None:
    """Who is there, who writes, and what Dan missed."""
    ana, ben, cleo, dan = circle.ana, circle.ben, circle.cleo, circle.dan
    await ben.tell("group:typing", circle.here(isTyping=True))
    stood = await dan.loses("phone")
    for someone in (ana, ben, cleo):
        await hears(someone, "presence:offline", userId=dan.id)
    for text in ("How was your week?", "Mine was long."):
        await ben.tell("group:message", circle.here(text=text))
    await ben.tell("group:typing", circle.here(isTyping=False))
    shown = (await ana.tell("subscribe", {"topic": circle.topic}))["state"]
    assert {member["name"]: (member["role"], member["presence"]) for member in shown["members"]} == {
        "Ana": ("admin", "online"),
        "Ben": ("moderator", "online"),
        "Cleo": ("member", "online"),
        "Dan": ("member", "offline"),
    }
    told = await dan.opens("phone", resume=stood)
    assert told["topics"].keys() == {circle.topic, f"user:{dan.id}"}
    assert {entry["recovered"] for entry in told["topics"].values()} == {True}
    for someone in (ana, ben, cleo):
        await hears(someone, "presence:online", userId=dan.id)
        for typing in (True, False):
            await hears(someone, "group:typing", userId=ben.id, isTyping=typing)
    await circle.seen("group:message Ben: How was your week?", "group:message Ben: Mine was long.")
    assert dan.heard_of("group:typing") == []  # never replayed
    only_own_topics(circle)


async def first_week(circle: Circle) -> None:
    """Ana tells everybody, Cleo nobody; Ben and Dan are reminded, Dan when his night is over."""
    day, ana, ben, cleo = circle.day, circle.ana, circle.ben, circle.cleo
    said = await ana.tell("checkin:submit", circle.answers(8, 7, 6, 9, note="Tired."))
    assert said["period"] == {"from": "2026-05-04", "to": "2026-05-10"}
    assert (said["activity"]["metrics"]["huCaresScore"], said["activity"]["details"]["note"]) == (12, "Tired.")
    await circle.seen("friend:checked-in Ana 12", Ana=checked_in(1))
    told = circle.ben.heard_of("friend:checked-in")
    assert told[0].keys() == {"userId", "username", "groupId", "huCaresScore", "timestamp"}  # no answers, no note
    await cleo.tell("checkin:submit", circle.answers(9, 9, 9, 2, isPrivate=True))
    await circle.seen(Cleo=checked_in(1))

    again = await ana.refused("checkin:submit", circle.answers(5, 5, 5, 5))
    mine = {"activityId": said["activity"]["id"]}
    assert (again["code"], again["details"]) == ("DUPLICATE_CHECKIN", {**mine, "instead": "checkin:update"})
    assert (await ben.refused("checkin:update", {**mine, "body": 1}))["code"] == "NOT_FOUND"
    await ana.tell("checkin:update", {**mine, "body": 8})
    await circle.seen("friend:checked-in Ana 14", Ana=["stats:update checkIns 1"])
    shown = await circle.participation(ben)
    assert (shown["members"], shown["checkIns"], shown["rate"]) == (4, 2, 0.5)
    assert shown["averages"] == {"productive": 8.5, "satisfied": 8, "body": 8.5, "care": 5.5, "huCaresScore": 19.5}

    await day.until(NUDGE)
    lazy = ["streak:broken active 0"]
    await circle.seen(Ana=lazy, Ben=[DUE], Cleo=lazy)
    assert ben.heard_of("notification:new")[-1]["data"] == circle.here(name="Sunday circle", until=END)
    await day.until("2026-05-10T05:59:00Z")
    await circle.seen()
    await day.until("2026-05-10T06:00:00Z")
    await circle.seen(Dan=[DUE])
    await ben.tell("checkin:submit", circle.answers(5, 5, 5, 5))
    await circle.seen("friend:checked-in Ben 10", Ben=checked_in(1))
    assert (await circle.participation(circle.dan))["rate"] == 0.75
    circle.first_of_ana = mine


async def monday(circle: Circle) -> None:
    """A challenge for the members begins with the new week. What was said of the old one stays."""
    day, ana, ben, cleo = circle.day, circle.ana, circle.ben, circle.cleo
    circle.cup = await day.challenge(
        ben,
        name="Best week",
        metric="huCaresScore",
        mode="most",
        startsAt=END,
        endsAt=NEXT_END,
        visibility="group",
        groupId=circle.id,
    )
    for member in (ana, ben, cleo, circle.dan):
        await member.tell("challenge:join", {"challengeId": circle.cup})
    for type in ("challenge:join", "challenge:leaderboard"):
        assert (await circle.eve.refused(type, {"challengeId": circle.cup}))["code"] == "NOT_FOUND"
    await day.all_read()

    await day.until(END)
    soon, live = "notification:new Best week starts soon. Get ready!", ["countdown", "live"]
    began = [*(f"challenge:updated {state}" for state in live), "group:updated periodBegan"]
    awake = [soon, *began]
    await circle.seen(Ana=awake, Ben=awake, Cleo=awake, Dan=began)  # in London it is 23:00
    assert (await ana.refused("checkin:update", {**circle.first_of_ana, "body": 9}))["code"] == "WRONG_STATE"
    assert (await circle.participation(ana))["checkIns"] == 0
    now, before = (await ana.tell("group:participation", circle.here(periods=9)))["periods"]
    assert (now["checkIns"], before["period"]) == (0, {"from": "2026-05-04", "to": "2026-05-10"})
    assert (before["members"], before["checkIns"], before["rate"]) == (4, 3, 0.75)
    assert before["averages"]["huCaresScore"] == 16.33  # Cleo's is in it …
    said = (await circle.dan.tell("group:checkins", circle.here(period="2026-05-06")))["checkIns"]
    assert {each["name"]: each["huCaresScore"] for each in said} == {"Ana": 14, "Ben": 10}  # … and listed it is not


async def an_intruder(circle: Circle) -> None:
    """Finn has got hold of the code."""
    ana, ben, finn = circle.ana, circle.ben, circle.finn
    await finn.tell("group:join", {"accessCode": circle.code})
    await finn.tell("group:message", circle.here(text="Buy my pills"))
    spam = "group:message Finn: Buy my pills"
    await circle.seen("group:updated memberJoined Finn", spam, Finn=[spam])
    for type, data in (
        ("group:remove", circle.here(userId=circle.cleo.id)),
        ("group:role", circle.here(userId=finn.id, role="admin")),
        ("group:update", circle.here(name="Finn's circle")),
        ("group:delete", circle.here()),
    ):
        assert (await finn.refused(type, data))["code"] == "FORBIDDEN"
    assert (await ben.refused("group:remove", circle.here(userId=ana.id)))["code"] == "FORBIDDEN"

    await ben.tell("group:remove", circle.here(userId=finn.id, ban=True))
    await hears(finn, "server:unsubscribed")
    assert (await finn.refused("group:join", {"accessCode": circle.code}))["code"] == "FORBIDDEN"
    changed = await ana.tell("group:update", circle.here(newAccessCode=True))
    assert changed["accessCode"] != circle.code
    for type, data in (
        ("group:join", {"accessCode": circle.code}),
        ("group:message", circle.here(text="Hey!")),
        ("subscribe", {"topic": circle.topic}),
        ("challenge:join", {"challengeId": circle.cup}),
    ):
        assert (await finn.refused(type, data))["code"] == "NOT_FOUND"
    out = "group:updated memberRemoved Finn"
    await circle.seen(out, "group:updated accessCodeChanged", Finn=[out])


async def second_week(circle: Circle) -> None:
    """Ana leads. What Cleo keeps to herself no standings show; for a moment she tells."""
    ana, cleo = circle.ana, circle.cleo
    await ana.tell("checkin:submit", circle.answers(9, 8, 8, 5))
    leads = "challenge:milestone lead Ana"
    await circle.seen("friend:checked-in Ana 20", Ana=[*checked_in(2), leads], Ben=[leads], Cleo=[leads], Dan=[leads])
    said = await cleo.tell("checkin:submit", circle.answers(10, 10, 10, 1, isPrivate=True))
    mine = {"activityId": said["activity"]["id"]}
    await circle.seen(Cleo=checked_in(2))
    missing = "- 29 points of 2026-05-11 did not count, because it"
    private = f"{missing} is private, and the standings would show it to everybody."
    assert await cleo.receipts(challengeId=circle.cup, subject="challenge") == [private]
    assert await scores(circle) == {"Ana": 20, "Ben": 0, "Cleo": 0, "Dan": 0}
    assert (await circle.participation(ana))["averages"]["huCaresScore"] == 24.5

    await cleo.tell("checkin:update", {**mine, "isPrivate": False})
    await circle.dan.board(circle.cup, Ana=20, Cleo=29)
    leads = "challenge:milestone lead Cleo"
    await circle.seen(
        "friend:checked-in Cleo 29", Ana=[leads], Ben=[leads], Cleo=["stats:update checkIns 1", leads], Dan=[leads]
    )
    await cleo.tell("checkin:update", {**mine, "isPrivate": True})
    await circle.dan.board(circle.cup, Ana=20)
    leads = "challenge:milestone lead Ana"
    await circle.seen(
        "group:updated checkInWithdrawn Cleo",
        Ana=[leads],
        Ben=[leads],
        Cleo=["stats:update checkIns 1", leads],
        Dan=[leads],
    )
    assert (await circle.participation(ana))["averages"]["huCaresScore"] == 24.5
    told = await cleo.receipts(challengeId=circle.cup, subject="challenge")
    assert told == [private, f"{missing} was corrected later.", private]


async def dark_night(circle: Circle) -> None:
    """The server is gone while Ben and Dan should have been reminded."""
    day, dan = circle.day, circle.dan
    await day.until("2026-05-16T12:00:00Z")
    await day.all_read()
    unread = {person.name: (await person.me())["unread"] for person in day.people}
    await day.power_cut("2026-05-17T00:30:00Z")
    for person in day.people:
        told = await person.opens("phone")
        reminded = 1 if person.name in ("Ben", "Dan") else 0
        assert told["user"]["unread"] == unread[person.name] + reminded, person.name
    await circle.ana.opens("desk", "msgpack")
    await circle.seen()
    await day.until("2026-05-17T06:00:00Z")
    await circle.seen(Dan=[DUE])  # it was half past one in London
    await circle.ben.tell("checkin:submit", circle.answers(6, 6, 6, 6))
    await dan.tell("checkin:submit", circle.answers(7, 7, 7, 7))
    told = ["friend:checked-in Ben 12", "friend:checked-in Dan 14"]
    await circle.seen(
        told[0], Ana=told[1:], Ben=[*checked_in(2), told[1]], Cleo=told[1:], Dan=[told[1], *checked_in(1)]
    )
    streaks = {name: (await person.me())["streaks"] for name, person in (("Cleo", circle.cleo), ("Dan", dan))}
    assert {name: streak(found, circle.id) for name, found in streaks.items()} == {"Cleo": 2, "Dan": 1}


async def results(circle: Circle) -> None:
    """Fifteen minutes after the week they are final."""
    day = circle.day
    await day.until(NEXT_END)
    over = ["challenge:updated settling", "group:updated periodBegan"]
    awake = ["notification:new Best week ends soon: what you do now still counts.", *over]
    await circle.seen(Ana=awake, Ben=awake, Cleo=awake, Dan=over)
    await day.until("2026-05-17T22:15:00Z")
    standings = "challenge:finished final: 1 Ana 20, 2 Dan 14, 3 Ben 12, 4 Cleo 0"
    finisher = ["badge:earned finisher", "notification:new Finish a challenge."]
    podium = [
        "badge:earned on-the-podium",
        "notification:new Finish a challenge among the first three; earned again every time.",
    ]
    champion = ["badge:earned champion", "notification:new Win a challenge; earned again every time."]
    await circle.seen(
        "challenge:updated finished",
        standings,
        Ana=[
            *podium_xp(1, 500),
            "level:up 3",
            "notification:new You have reached level 3.",
            *finisher,
            *podium,
            *champion,
            "notification:new Best week is over. You have won it!",
        ],
        Ben=[
            *podium_xp(3, 200),
            "level:up 2",
            "notification:new You have reached level 2.",
            *finisher,
            *podium,
            "notification:new Best week is over. You came 3rd.",
        ],
        Cleo=["notification:new Best week is over. Nothing of yours counted in it."],
        Dan=[*podium_xp(2, 300), "level:up 3", finisher[0], podium[0]],  # the words wait for his morning
    )
    await day.until("2026-05-18T06:00:00Z")
    words = ["You have reached level 3.", finisher[1], podium[1], "Best week is over. You came 2nd."]
    await circle.seen(Dan=[f"notification:new {text.removeprefix('notification:new ')}" for text in words])


async def farewell(circle: Circle) -> None:
    """The last admin names another one first."""
    ana, ben = circle.ana, circle.ben
    refused = await ana.refused("group:leave", circle.here())
    assert (refused["code"], refused["details"]) == ("CONFLICT", {"instead": "group:role"})
    await ana.tell("group:role", circle.here(userId=ben.id, role="admin"))
    await ana.tell("group:leave", circle.here())
    await hears(ana, "server:unsubscribed")
    await ben.tell("group:message", circle.here(text="She will be missed."))
    promoted = "group:updated roleChanged Ben"
    stay = [promoted, "group:updated memberLeft Ana", "group:message Ben: She will be missed."]
    await circle.seen(Ana=[promoted], Ben=stay, Cleo=stay, Dan=stay)
    assert (await ana.refused("subscribe", {"topic": circle.topic}))["code"] == "NOT_FOUND"
    me = await ana.me()
    assert (me["groups"], me["xp"], streak(me["streaks"], circle.id)) == ([], 590, 2)  # what she did stays hers
    only_own_topics(circle)


# --- what is said again and again ---


def checked_in(weeks: int) -> list[str]:
    """What a member sees of their own first check-in on a day."""
    xp = "xp:awarded +20 check-in"
    return ["stats:update checkIns 1", "streak:extended active 1", xp, f"streak:extended checkIn {weeks}"]


def podium_xp(place: int, amount: int) -> list[str]:
    return [
        "xp:awarded +50 Finishing the challenge earned 50 XP: Best week",
        f"xp:awarded +{amount} Place {place} in the challenge earned {amount} XP: Best week",
    ]


def streak(streaks: list[dict[str, Any]], group: str) -> int:
    [found] = [each["current"] for each in streaks if each.get("groupId") == group]
    assert isinstance(found, int)
    return found


async def scores(circle: Circle) -> dict[str, float]:
    page = await circle.ben.tell("challenge:leaderboard", {"challengeId": circle.cup})
    return {row["name"]: row["score"] for row in page["rows"]}


async def hears(person: Person, type: str, **data: Any) -> None:
    """Wait on their phone for what is not kept for later."""
    async with asyncio.timeout(10):
        while data not in person.heard_of(type):
            await person.devices["phone"].frame()


def only_own_topics(circle: Circle) -> None:
    """Eve, who belongs to nothing here, has never been pushed anything."""
    assert [frame for frame in circle.eve.devices["phone"].frames if "topic" in frame] == []
