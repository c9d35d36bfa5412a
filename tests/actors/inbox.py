"""A user with an inbox, in a world whose clock stops at each reminder on the way."""

from datetime import datetime, timedelta

from orjson import loads

from actors.messages import Address, Permission, Tell
from actors.user import UserActor
from gateway.rule_file import read_rules
from persistence.codec import EventCodec, SnapshotCodec, dump
from persistence.notice_rows import rows_of_event
from persistence.tables import NOTICES, Rows
from rules.notices.commands import ListNotices
from rules.notices.events import Notified
from rules.notices.views import filled
from rules.refusal import Refusal
from rules.tells.notice import NoticeTold
from rules.user import EVENTS, User, blank, evolve
from rules.user.commands import Register
from tests.actors.world import World

ANN = "00000000-0000-0000-0000-00000000000a"
BOB = "00000000-0000-0000-0000-00000000000b"
ADDRESS = Address("user", ANN)
RULES = read_rules(None)
_JOURNAL, _SNAPSHOTS = EventCodec(EVENTS), SnapshotCodec(User, made_by=RULES)


def told(world: World, user_id: str, page: dict) -> dict:
    """A page of notices with what is in them, out of the journal as their table would have it."""
    rows = Rows()
    for event in world.journal.events[Address("user", user_id)]:
        rows.add(rows_of_event(user_id, event) or Rows())
    columns = [dict(zip(NOTICES.names, row, strict=True)) for row in rows.upserts.get(NOTICES, ())]
    stored = {
        row["number"]: Notified(
            row["created_at"], row["number"], row["id"], row["type"], row["title"], row["message"], loads(row["data"])
        )
        for row in columns
    }
    assert stored.keys() >= page["stored"].keys()
    return filled(page, stored)


class Inbox:
    """Use `await Inbox.of_ann()`; `down_for` kills the server and starts it again."""

    def __init__(self, **kinds) -> None:
        self.kinds = {"user": UserActor, **kinds}
        self.world = World(kinds=self.kinds, rules=RULES)

    @classmethod
    async def of_ann(cls, zone: str = "UTC", **kinds) -> "Inbox":
        inbox = cls(**kinds)
        inbox.world.audience.watched |= {f"user:{ANN}", f"user:{BOB}"}
        await inbox.says(Register("ann", "Ann", zone))
        return inbox

    async def says(self, command, by: str = ANN):
        """The reply, or the refusal."""
        reply = await self.world.ask(by, command, by=by, kind="user", may=Permission.SELF)
        return told(self.world, by, reply) if isinstance(command, ListNotices) else reply

    async def does(self, command):
        reply = await self.says(command)
        assert not isinstance(reply, Refusal), reply
        return reply

    async def hears(self, told) -> None:
        """Another actor tells the user."""
        self.world.directory.tell(ADDRESS, Tell(told, self.world.clock.now()))
        await self.world.directory.settled()

    async def is_liked(self, post: str, name: str = "Bob") -> None:
        await self.hears(NoticeTold("postLiked", post, {"postId": post, "userId": BOB, "name": name}))

    async def goes_on(self, **time) -> None:
        """Game time stops at every reminder on the way."""
        await self.until(self.world.clock.now() + timedelta(**time))

    async def until(self, moment: datetime) -> None:
        world = self.world
        while (due := await world.reminders.next_due(moment)) is not None:
            world.clock.set(max(due, world.clock.now()))
            world.reminders.deliver_due()
            await world.directory.settled()
        world.clock.set(moment)

    async def down_for(self, **time) -> None:
        """The server dies, and starts so much later: what was due meanwhile comes late."""
        old = self.world
        self.world = World(old.journal, kinds=self.kinds, rules=RULES)
        self.world.audience.watched |= old.audience.watched
        self.world.audience.pushes += old.audience.pushes
        self.world.clock.set(old.clock.now() + timedelta(**time))
        await self.until(self.world.clock.now())

    def pushed(self, type: str) -> list:
        """The data of all pushes of a type so far; they are forgotten then."""
        pushes = self.world.audience.pushes
        found = [push.data for push in pushes if push != "reply" and push.topic == f"user:{ANN}" and push.type == type]
        pushes[:] = [push for push in pushes if push == "reply" or push.type != type]
        return found

    def comes_back_equal(self) -> User:
        """The user out of the journal, and out of a snapshot of that."""
        user = blank(ANN)
        for event in self.world.journal.events[ADDRESS]:
            evolve(user, _JOURNAL.decode(type(event).__name__, 1, dump(event).decode()), RULES)
        assert _SNAPSHOTS.decode(dump(user)) == user
        return user
