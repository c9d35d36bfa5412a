"""A page of the inbox is filled with what is stored of its notices."""

import asyncio

import pytest

from actors.messages import Address, Caller, Command, Permission
from gateway.notices import Notices
from gateway.sockets.answers import INTERNAL
from rules.notices.commands import ListNotices
from rules.notices.events import Notified
from rules.refusal import Code, Refusal
from tests.actors.world import NOON

PAGE = {"stored": {9: False, 7: True}, "unread": 1, "next": 7}


class Stored:
    """Notices 7 and 9 of everybody."""

    def __init__(self, *numbers: int, problem: Exception | None = None) -> None:
        self.numbers, self.problem, self.asked = numbers, problem, 0

    async def of(self, user_id, numbers):
        self.asked += 1
        if self.problem is not None:
            raise self.problem
        return {
            number: Notified(NOON, number, f"id {number}", "levelUp", "Level", f"of {user_id}", {"level": number})
            for number in self.numbers
            if number in numbers
        }


class Live:
    """The directory: every user answers the same."""

    def __init__(self, answer) -> None:
        self.told: list[Address] = []
        self.answer = answer

    def tell(self, address, message):
        self.told.append(address)
        message.reply(self.answer)


async def ask(live: Live, stored: Stored):
    replies: list = []
    notices = Notices(directory=live, stored=stored)
    notices.answer(Command(ListNotices(), Caller("ann"), Permission.SELF, NOON, replies.append, reads=True))
    for _ in range(5):
        await asyncio.sleep(0)
    (reply,) = replies
    return reply


async def test_the_live_user_says_which_and_the_table_what_they_say():
    live = Live(PAGE)

    page = await ask(live, Stored(7, 8, 9))

    assert live.told == [Address("user", "ann")]
    assert (page["unread"], page["next"]) == (1, 7)
    assert [(each["id"], each["isRead"], each["data"]) for each in page["notifications"]] == [
        ("id 9", False, {"level": 9}),
        ("id 7", True, {"level": 7}),
    ]
    assert page["notifications"][0]["message"] == "of ann"


async def test_what_went_meanwhile_is_left_out():
    page = await ask(Live(PAGE), Stored(9))

    assert [each["id"] for each in page["notifications"]] == ["id 9"]


async def test_an_empty_inbox_asks_no_table():
    stored = Stored()

    assert await ask(Live({"stored": {}, "unread": 0}), stored) == {"notifications": [], "unread": 0}
    assert stored.asked == 0


async def test_a_refusal_is_handed_on():
    refusal = Refusal(Code.NOT_FOUND, "no such user")

    assert await ask(Live(refusal), Stored()) is refusal


@pytest.mark.parametrize(
    ("problem", "code"), [(ConnectionError("away"), Code.UNAVAILABLE), (KeyError("a bug"), INTERNAL.code)]
)
async def test_nobody_is_left_without_an_answer(problem, code):
    assert (await ask(Live(PAGE), Stored(problem=problem))).code is code
