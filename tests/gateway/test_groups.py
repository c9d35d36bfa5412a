"""What concerns groups and is stored: whose access code it is, and messages of long ago."""

import asyncio

import pytest

from actors.messages import Address, Caller, Command, Permission
from gateway.groups import CODES_A_MINUTE, Groups
from rules.group.commands import Join, Messages
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

    async def ask(self, command, by: str = "ann"):
        self.groups.answer(Command(command, Caller(by), Permission.USER, NOON, self.replies.append))
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
