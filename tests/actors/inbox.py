"""A user with an inbox, in a world whose clock stops at each reminder on the way."""

from datetime import datetime, timedelta

from actors.messages import Address, Permission, Tell
from actors.user import UserActor
from gateway.rule_file import read_rules
from persistence.codec import EventCodec, SnapshotCodec, dump
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
        return await self.world.ask(by, command, by=by, kind="user", may=Permission.SELF)

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
