"""What concerns groups and is stored: whose access code it is, messages and check-ins of long ago."""

import asyncio
from datetime import date

import pytest

from actors.messages import Address, Caller, Command, Key, Permission
from gateway.groups import CODES_A_MINUTE, Groups
from rules.group.commands import CheckIns, Join, Messages, Participation
from rules.refusal import Code, Refusal
from tests.actors.world import NOON

CIRCLE = "00000000-0000-0000-0000-000000000001"


class Stored:
    """One group with a code, and what was said in it."""

    away = False
    asked = 0

    async def group_of(self, access_code):
        self.asked += 1
        if self.away:
            raise ConnectionError("away")
        return CIRCLE if access_code == "right" else None

    async def messages(self, group_id, first, last):
        if self.away:
            raise ConnectionError("away")
        return [{"number": number} for number in range(last, first - 1, -1)]

    async def periods(self, group_id, before, limit):
        """Three are over: they began on the 1st, 2nd and 3rd."""
        days = [date(2026, 5, day) for day in (3, 2, 1)]
        return [{"period": {"from": str(day)}} for day in days if day < before][:limit]

    async def check_ins(self, query):
        return {"checkIns": ["a page"]} if query.period == date(2026, 5, 1) else None


class Live:
    """The directory: takes everything, and answers pages of messages as a group would."""

    def __init__(self, page=None) -> None:
        self.told: list[tuple[Address, Command]] = []
        self.page = page

    def tell(self, address, message):
        self.told.append((address, message))
        if self.page is not None:
            message.reply(self.page)


class Edge:
    def __init__(self, page=None) -> None:
        self.live, self.stored, self.now = Live(page), Stored(), 0.0
        self.groups = Groups(directory=self.live, stored=self.stored, monotonic=lambda: self.now)
        self.replies: list = []

    async def ask(self, command, by: str = "ann", key: str | None = None):
        claim = None if key is None else Key(by, key, "fingerprint")
        self.groups.answer(Command(command, Caller(by), Permission.USER, NOON, self.replies.append, claim))
        for _ in range(5):
            await asyncio.sleep(0)
        return self.replies.pop() if self.replies else None


async def test_a_code_leads_to_its_group_by_way_of_the_sender():
    edge = Edge()

    assert await edge.ask(Join(access_code="right")) is None

    [(address, sent)] = edge.live.told
    assert address == Address("user", "ann")
    assert sent.onward == Address("group", CIRCLE)
    assert sent.command.access_code == "right", "the group looks at it once more"


async def test_an_id_needs_no_looking_up():
    edge = Edge()

    await edge.ask(Join(CIRCLE))

    assert (edge.live.told[0][1].onward, edge.stored.asked) == (Address("group", CIRCLE), 0)


@pytest.mark.parametrize(
    ("command", "code"), [(Join(), Code.VALIDATION_FAILED), (Join(access_code="wrong"), Code.NOT_FOUND)]
)
async def test_what_leads_nowhere_is_refused(command, code):
    edge = Edge()

    assert (await edge.ask(command)).code is code
    assert edge.live.told == []


async def test_a_code_that_is_wrong_by_now_may_be_a_repetition():
    """The sender's own actor has the reply of the first time, or says that there is no such code."""
    edge = Edge()

    assert await edge.ask(Join(access_code="changed"), key="k") is None

    [(address, sent)] = edge.live.told
    assert (address, sent.onward, sent.key.key) == (Address("user", "ann"), None, "k")


async def test_guessing_the_code_of_a_known_group_is_slow_work_too():
    edge = Edge()
    for _ in range(CODES_A_MINUTE):
        assert await edge.ask(Join(CIRCLE, "wrong")) is None

    assert (await edge.ask(Join(CIRCLE, "right"))).code is Code.RATE_LIMITED
    assert len(edge.live.told) == CODES_A_MINUTE


async def test_guessing_codes_is_slow_work():
    edge = Edge()
    for _ in range(CODES_A_MINUTE):
        assert (await edge.ask(Join(access_code="wrong"))).code is Code.NOT_FOUND

    refused = await edge.ask(Join(access_code="right"))

    assert refused.code is Code.RATE_LIMITED
    assert edge.stored.asked == CODES_A_MINUTE
    assert (await edge.ask(Join(access_code="wrong"), by="bob")).code is Code.NOT_FOUND
    edge.now += refused.details["retryAfter"]
    assert await edge.ask(Join(access_code="right")) is None


async def test_messages_that_the_group_no_longer_has_are_added_to_its_page():
    page = {"messages": [{"number": 9}, {"number": 8}], "next": 5, "stored": (5, 7)}

    answer = await Edge(page).ask(Messages(CIRCLE))

    assert answer == {"messages": [{"number": number} for number in (9, 8, 7, 6, 5)], "next": 5}


@pytest.mark.parametrize(
    ("limit", "shown", "next"),
    [
        (1, ["03"], "2026-05-03"),
        (2, ["03", "02"], "2026-05-02"),
        (3, ["03", "02", "01"], None),
        (9, ["03", "02", "01"], None),
    ],
)
async def test_periods_that_are_over_are_added_and_say_where_to_go_on(limit, shown, next):
    page = {"periods": [{"period": {"from": "2026-05-04"}}], "stored": (date(2026, 5, 4), limit)}

    answer = await Edge(page).ask(Participation(CIRCLE, limit + 1))

    assert [each["period"]["from"][-2:] for each in answer["periods"]] == ["04", *shown]
    assert answer.get("next") == next


async def test_check_ins_of_a_period_that_is_over_are_those_of_the_table():
    stored = {"stored": date(2026, 5, 1)}

    assert await Edge(stored).ask(CheckIns(CIRCLE, date(2026, 5, 1))) == {"checkIns": ["a page"]}
    refused = await Edge(stored).ask(CheckIns(CIRCLE, date(2020, 5, 1)))
    assert refused.details["fields"][0]["path"] == "period"


async def test_what_is_all_in_memory_is_answered_at_once_and_so_in_order():
    edge, replies = Edge({"messages": []}), []
    edge.groups.answer(Command(Messages(CIRCLE), Caller("ann"), Permission.MEMBER, NOON, replies.append))

    assert replies == [{"messages": []}]


@pytest.mark.parametrize("page", [{"messages": []}, Refusal(Code.NOT_FOUND, "no such group")])
async def test_a_page_that_is_whole_and_a_refusal_stay_as_they_are(page):
    edge = Edge(page)
    edge.stored.away = True

    assert await edge.ask(Messages(CIRCLE)) == page


@pytest.mark.parametrize("command", [Join(access_code="right"), Messages(CIRCLE)])
async def test_while_the_database_is_away_one_is_told_to_ask_again(command):
    edge = Edge({"messages": [], "stored": (1, 2)})
    edge.stored.away = True

    assert (await edge.ask(command)).code is Code.UNAVAILABLE


async def test_a_bug_leaves_nobody_waiting():
    edge = Edge({"messages": [], "stored": "nonsense"})

    assert (await edge.ask(Messages(CIRCLE))).code is Code.INTERNAL
