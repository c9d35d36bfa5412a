"""The actor that owns one user.

Hears:   the user's own commands, and those that go on to another actor by way of this one; reads of anyone who may see
         them; what other actors tell of them.
Pushes:  on `user:<id>`.

What it does with each message is in the parts beside this file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from actors.messages import Outcome, Permission, Remind
from actors.runtime import JournalledActor
from actors.user import activity, challenges, goals, groups, news, notices, own, rewards, social, workouts
from actors.user.part import Part, Turn
from rules.asked import Asked
from rules.known import Known
from rules.refusal import Code, Refusal
from rules.social.state import friends_of, hidden_from
from rules.user import User, alarms, blank, evolve
from rules.user.commands import Register
from rules.user.decide import decide

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from actors.messages import Caller, Command, Due, Tell, Tick
    from rules.rewards import Change
    from rules.ruleset import RuleSet
    from rules.user import Event

PARTS: tuple[Part, ...] = (
    own.PART,
    activity.PART,
    rewards.PART,
    challenges.PART,
    groups.PART,
    social.PART,
    news.PART,
    workouts.PART,
    goals.PART,
    notices.PART,
)

_COMMANDS = {kind: handler for part in PARTS for kind, handler in part.commands.items()}
_TELLS = {kind: handler for part in PARTS for kind, handler in part.tells.items()}
_DUES = {name: handler for part in PARTS for name, handler in part.dues.items()}
_TICKS = {name: handler for part in PARTS for name, handler in part.ticks.items()}
_REACTIONS = {
    kind: tuple(part.reactions[kind] for part in PARTS if kind in part.reactions)
    for kind in {kind for part in PARTS for kind in part.reactions}
}

_NO_SUCH = Refusal(Code.NOT_FOUND, "no such user: check the id, or sign in again")
_OWNER = frozenset({Permission.USER, Permission.VIEWER, Permission.SELF})
_OTHERS = frozenset({Permission.USER, Permission.VIEWER})
_UNSEEN = frozenset({Permission.USER})  # may ask to be friends
_NOBODY: frozenset[Permission] = frozenset()


class UserActor(JournalledActor):
    __slots__ = ()

    kind = "user"
    state: User

    def blank(self) -> User:
        return blank(self.id)

    @property
    def exists(self) -> bool:
        return bool(self.state.username)

    @property
    def topic(self) -> str:
        return f"user:{self.id}"

    def evolve(self, event: Event) -> list[Change]:
        return evolve(self.state, event, self.deps.rules)

    def standing(self, caller: Caller, known: Known | None = None) -> frozenset[Permission]:
        if caller.user_id == self.id:
            return _OWNER
        if not self.exists:
            return _NOBODY
        if caller.role == "admin":
            return _OTHERS
        if caller.user_id in hidden_from(self.state):
            return _UNSEEN
        profile = self.state.preferences.privacy["profile"]
        shown = profile == "public" or (profile == "friends" and caller.user_id in friends_of(self.state))
        return _OTHERS if shown else _UNSEEN

    # --- messages ---

    def guarded(self, command: Command) -> Outcome:
        if command.onward is not None and command.by.user_id == self.id:
            return self._see_off(command)
        return super().guarded(command)

    def on_command(self, command: Command) -> Outcome:
        wanted = command.command
        if not self.exists and type(wanted) is not Register:
            return Outcome(_NO_SUCH)
        return _COMMANDS[type(wanted)](self, wanted, command)

    def on_tell(self, tell: Tell) -> Outcome:
        if not self.exists:
            return Outcome()  # somebody named an id that is nobody's
        return _TELLS[type(tell.message)](self, tell.message, tell)

    def on_due(self, due: Due) -> Outcome:
        return _DUES[due.name.partition(":")[0]](self, due)

    def on_tick(self, tick: Tick) -> Outcome:
        return _TICKS[tick.name](self, tick)

    def on_awake(self, at: datetime) -> Outcome | None:
        return workouts.awake(self)

    def _see_off(self, command: Command) -> Outcome:
        """The command is for another actor, who learns from this one whom it is from. A part may have a say first."""
        if not self.exists:
            return Outcome(_NO_SUCH)
        handler = _COMMANDS.get(type(command.command))
        outcome = Outcome() if handler is None else handler(self, command.command, command)
        if outcome.reply is None and outcome.forward is None:
            outcome.forward, outcome.known = command.onward, self.known()
        return outcome

    def known(self) -> Known:
        """What other actors may need to know of this user."""
        user = self.state
        return Known(
            user.id,
            user.display_name,
            user.timezone,
            friends=friends_of(user),
            blocked=hidden_from(user),
            groups=frozenset(user.groups),
            rest_seconds=user.preferences.default_rest_seconds,
            username=user.username,
            records=user.lifting.bests if user.lifting is not None else None,
            workouts=user.preferences.privacy["workouts"],
            session_id=workouts.session_of(self),
        )

    # --- for the parts ---

    def rules_at(self, command: Command) -> RuleSet:
        """The rules in force for a command."""
        return self.deps.rules.at(command.at)

    def decide(self, command: Command) -> Sequence[Event] | Refusal:
        """What the rules say to one of the user's own commands."""
        asked = Asked(command.at, command.by.device, self.rules_at(command), self.deps.ids.new)
        return decide(self.state, command.command, asked)

    def begin(self, at: datetime, fired: str | None = None) -> Turn:
        """`fired` is a reminder that is gone now, unless it is set again."""
        user = self.state
        before = alarms(user)
        if fired is not None:
            before.pop(fired, None)
        return Turn(at, before, (user.rewards.xp, user.rewards.level))

    def apply(self, turn: Turn, events: Sequence[Event]) -> None:
        """Let the events happen, and every part react to what they changed. Reactions may apply more."""
        for event in events:
            turn.outcome.events.append(event)
            for change in self.evolve(event):
                for react in _REACTIONS[type(change)]:
                    react(self, change, turn)

    def end(self, turn: Turn, reply: Any = None) -> Outcome:
        """What follows from the turn as a whole: later events, reminders, and the user's row."""
        if turn.then:
            self.apply(turn, turn.then)
        user, outcome = self.state, turn.outcome
        if (user.rewards.xp, user.rewards.level) != turn.profile:
            outcome.touched.add("user")
        now = alarms(user)
        if now != turn.alarms:
            outcome.reminders += [Remind(name, None) for name in turn.alarms.keys() - now.keys()]
            outcome.reminders += [Remind(name, due) for name, due in now.items() if turn.alarms.get(name) != due]
        outcome.reply = reply
        return outcome

    def record(self, events: Sequence[Event], at: datetime, *, fired: str | None = None) -> Outcome:
        """A whole turn of these events."""
        turn = self.begin(at, fired)
        self.apply(turn, events)
        return self.end(turn)
