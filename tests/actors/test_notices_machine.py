"""The inbox in any order of notices, readings, quiet hours, journeys and deaths of the server, minute by minute."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from rules.days import zone_info
from rules.notices.commands import DeleteNotice, ListNotices, ReadAllNotices, ReadNotice
from rules.user.commands import Me, NotificationChanges, QuietHours, UpdatePreferences, UpdateProfile
from tests.actors.inbox import Inbox

ZONES = ["UTC", "Europe/Berlin", "Asia/Tokyo", "America/Los_Angeles", "Asia/Kathmandu"]
NIGHTS = [("22:00", "07:00"), ("00:00", "12:00"), ("13:15", "14:30"), ("23:45", "23:15")]


@dataclass
class Told:
    """The model of a notice."""

    post: str
    read: bool = False
    held: bool = False


def minutes_of(hours: tuple[str, str]) -> set[int]:
    start, end = (int(text[:2]) * 60 + int(text[3:]) for text in hours)
    return {(start + n) % 1440 for n in range((end - start) % 1440)}


class Notices(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.inbox: Inbox = self.run(Inbox.of_ann())
        self.told: list[Told] = []
        self.said: set[str] = set()
        self.pushed: list[str] = []  # expected
        self.heard: list[str] = []
        self.zone, self.quiet, self.wanted = "UTC", set[int](), True

    def teardown(self) -> None:
        self.loop.close()

    def run(self, doing: Any) -> Any:
        return self.loop.run_until_complete(doing)

    @property
    def now(self) -> datetime:
        return self.inbox.world.clock.now()

    def is_quiet(self, at: datetime) -> bool:
        shown = at.astimezone(zone_info(self.zone))
        return shown.hour * 60 + shown.minute in self.quiet

    def look(self, at: datetime) -> None:
        """Outside of quiet hours nothing is held back."""
        if not self.is_quiet(at):
            for each in self.told:
                if each.held:
                    each.held = False
                    self.pushed.append(each.post)

    @initialize(hours=st.integers(0, 24 * 365))
    def some_time_of_the_year(self, hours: int) -> None:
        self.inbox.world.clock.set(self.now + timedelta(hours=hours))

    @rule(post=st.sampled_from("abcdefghijkl"))
    def like(self, post: str) -> None:
        self.run(self.inbox.is_liked(post))
        if self.wanted and post not in self.said:
            self.said.add(post)
            self.told.append(Told(post, held=True))
            self.look(self.now)

    @rule(wanted=st.booleans())
    def turn(self, wanted: bool) -> None:
        self.wanted = wanted
        self.run(self.inbox.does(UpdatePreferences(notifications=NotificationChanges(social=wanted))))

    def id_of(self, told: Told) -> str:
        page = self.run(self.inbox.does(ListNotices(limit=100)))
        return next(str(each["id"]) for each in page["notifications"] if each["data"]["postId"] == told.post)

    @precondition(lambda self: self.told)
    @rule(data=st.data())
    def read(self, data: Any) -> None:
        told = data.draw(st.sampled_from(self.told))
        self.run(self.inbox.does(ReadNotice(self.id_of(told))))
        told.read, told.held = True, False

    @rule()
    def read_all(self) -> None:
        self.run(self.inbox.does(ReadAllNotices()))
        for each in self.told:
            each.read, each.held = True, False

    @precondition(lambda self: self.told)
    @rule(data=st.data())
    def delete(self, data: Any) -> None:
        told = data.draw(st.sampled_from(self.told))
        self.run(self.inbox.does(DeleteNotice(self.id_of(told))))
        self.told.remove(told)

    @rule(hours=st.sampled_from([*NIGHTS, ("08:00", "08:00")]))
    def set_quiet_hours(self, hours: tuple[str, str]) -> None:
        self.run(self.inbox.does(UpdatePreferences(quiet_hours=QuietHours(*hours))))
        self.quiet = minutes_of(hours)
        self.run(self.inbox.goes_on())
        self.look(self.now)

    @rule(zone=st.sampled_from(ZONES))
    def travel(self, zone: str) -> None:
        self.run(self.inbox.does(UpdateProfile(timezone=zone)))
        self.zone = zone
        self.run(self.inbox.goes_on())
        self.look(self.now)

    @rule(minutes=st.sampled_from([1, 15, 45, 120, 500, 1440]))
    def time_passes(self, minutes: int) -> None:
        start = self.now
        self.run(self.inbox.goes_on(minutes=minutes))
        for n in range(1, minutes + 1):
            self.look(start + timedelta(minutes=n))

    @rule(minutes=st.sampled_from([0, 15, 120, 500, 1440]))
    def nobody_is_there(self, minutes: int) -> None:
        """Whatever ended meanwhile: it comes when the server does, if that is no quiet hour again."""
        self.run(self.inbox.down_for(minutes=minutes))
        self.look(self.now)

    @invariant()
    def what_is_pushed_is_pushed_once_and_in_order(self) -> None:
        self.heard += [each["data"]["postId"] for each in self.inbox.pushed("notification:new")]
        assert self.heard == self.pushed

    @invariant()
    def the_list_is_what_was_told(self) -> None:
        page = self.run(self.inbox.does(ListNotices(limit=100)))
        listed = [(each["data"]["postId"], each["isRead"]) for each in page["notifications"]]
        assert listed == [(each.post, each.read) for each in reversed(self.told)]
        unread = sum(not each.read for each in self.told)
        assert page["unread"] == unread == self.run(self.inbox.does(Me()))["unread"]

    @invariant()
    def it_comes_back_equal(self) -> None:
        user = self.inbox.comes_back_equal()
        held = [each.post for each in self.told if each.held]
        known = [] if user.inbox is None else [notice.data["postId"] for notice in user.inbox.held]
        assert known == held


TestNotices = Notices.TestCase
TestNotices.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
