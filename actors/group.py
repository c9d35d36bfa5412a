"""The actor that owns one group.

Hears:   commands and reads, from its members, the invited and whoever finds it; `MemberIntroduced` from members;
         reminders `period` (the present one is over), `nudge` (who has not checked in?) and `dismiss` (telling
         everyone that it is no more).
Tells:   members that they are in or out, what they checked in, and that they should; those invited.
Pushes:  to `group:<id>`.

Whatever wakes it, time goes first: a period that should be over is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from actors import group_news as news
from actors import group_reads as reads
from actors import group_rounds as rounds
from actors.group_typing import WhoTypes
from actors.messages import Caller, Command, Due, Outcome, Permission, Remind, Reply, Tell, Tick
from actors.runtime import JournalledActor
from rules import group as rules
from rules.activity import views as activities
from rules.activity.commands import DeleteActivity
from rules.activity.told import check_in_on
from rules.days import day_of
from rules.group import checking_in, membership, views
from rules.group.events import (
    CheckInCorrected,
    CheckInSubmitted,
    CheckInWithdrawn,
    MemberLeft,
    MemberRemoved,
    MemberRenamed,
)
from rules.group.powers import is_moderator
from rules.known import Known
from rules.refusal import Code, Refusal
from rules.tells.group import CheckInRemoved, MemberIntroduced

_SIGNED_IN = frozenset({Permission.ANYONE, Permission.USER})
_MEMBER = frozenset({Permission.VIEWER, Permission.MEMBER})
_ABOUT_ONE = (CheckInSubmitted, CheckInCorrected, CheckInWithdrawn, MemberRemoved)


@dataclass(slots=True)
class _Turn:
    """One message being handled: what was to come before it, and what it has caused."""

    at: datetime
    alarms: dict[str, datetime]
    outcome: Outcome = field(default_factory=Outcome)


class GroupActor(JournalledActor):
    __slots__ = ("_typing",)

    kind: ClassVar[str] = "group"
    state: rules.Group

    def blank(self) -> rules.Group:
        self._typing: WhoTypes | None = None  # made when first needed
        return rules.Group()

    @property
    def exists(self) -> bool:
        return self.state.id != ""

    def evolve(self, event: rules.Event) -> None:
        rules.evolve(self.state, event)

    def standing(self, caller: Caller, known: Known | None = None) -> frozenset[Permission]:
        state, by, standing = self.state, caller.user_id, _SIGNED_IN
        if known is not None:
            standing |= {Permission.SELF}  # it comes by way of their own actor: about their own check-ins
        if not state.open:
            return standing
        if by in state.members:
            standing |= _MEMBER
            if is_moderator(state, by):
                standing |= {Permission.MODERATOR}
        if caller.role == "admin":
            standing |= {Permission.ADMIN, Permission.VIEWER}
        if state.is_open_to(by):
            standing |= {Permission.VIEWER}
        return standing

    # --- messages ---

    def on_command(self, command: Command) -> Outcome:
        state = self.state
        match command.command:
            case rules.Create() as create:
                return self._create(create, command)
            case DeleteActivity() as delete:
                return self._withdraw(delete, command)
            case rules.CorrectCheckIn() if not state.open:
                return Outcome(checking_in.OVER)
            case _ if not state.open:
                return Outcome(membership.NO_SUCH)
            case rules.Typing(is_typing=typing):
                return self._type(command, typing=typing)
        turn = self._begin(command.at)  # whatever follows shows or changes a period
        match command.command:
            case rules.SubmitCheckIn() as said:
                self._check_in(turn, checking_in.submit(state, said, self._asking(command)), said, command)
            case rules.CorrectCheckIn() as said:
                self._check_in(turn, checking_in.correct(state, said, self._asking(command)), said, command)
            case _ if command.reads:
                presence = reads.presence_for(command.known, self.deps.audience)
                turn.outcome.reply = reads.answer(state, command.command, command.by.user_id, presence)
            case _:
                self._change(turn, command)
        return self._end(turn)

    def on_tell(self, tell: Tell) -> Outcome:
        match tell.message:
            case MemberIntroduced(user_id, name, username) if self.state.open:
                turn = self._begin(tell.at)
                if membership.rename(self.state, user_id, name, username):
                    self._record(turn, [MemberRenamed(tell.at, user_id, name, username)])
                return self._end(turn)
            case _:
                return Outcome()

    def on_due(self, due: Due) -> Outcome:
        if not self.exists:
            return Outcome()
        turn = self._begin(due.at, fired=due.name)
        if due.name == "nudge" and "nudge" in rules.alarms(self.state) and due.at >= self.state.period.nudge_at:
            self._record(turn, [rounds.nudge(self.state, due.at, turn.outcome)])
        if due.name == "dismiss" and self.state.deleted_at is not None and self.state.members:
            self._record(turn, [rounds.dismiss(self.state, due.at, turn.outcome)])
        return self._end(turn)

    def on_tick(self, tick: Tick) -> Outcome:
        outcome = Outcome()
        if tick.name == "typing" and self._typing is not None:
            self._typing.look(outcome)
        return outcome

    # --- changes ---

    def _create(self, create: rules.Create, command: Command) -> Outcome:
        if self.exists:
            return Outcome(Refusal(Code.CONFLICT, "this group exists already: create another"))
        turn = _Turn(command.at, {})
        self._conclude(turn, rules.create(create, self._asking(command), id=self.id), command)
        return self._end(turn)

    def _change(self, turn: _Turn, command: Command) -> None:
        self._conclude(turn, rules.decide(self.state, command.command, self._asking(command)), command)

    def _conclude(self, turn: _Turn, decision: Sequence[rules.Event] | Refusal, command: Command) -> None:
        if isinstance(decision, Refusal):
            turn.outcome.reply = decision
        else:
            self._record(turn, decision)
            turn.outcome.reply = self._reply(command)

    def _asking(self, command: Command) -> rules.Asking:
        ids = self.deps.ids
        return rules.Asking(command.by.user_id, command.at, command.known, ids.new, ids.code)

    def _begin(self, at: datetime, fired: str | None = None) -> _Turn:
        """Let time go first. `fired` is a reminder that is gone now, unless it is set again."""
        alarms = rules.alarms(self.state)
        alarms.pop(fired or "", None)
        turn = _Turn(at, alarms)
        while (due := rules.overdue(self.state, at)) is not None:
            self._record(turn, [due])
        return turn

    def _record(self, turn: _Turn, events: Sequence[rules.Event]) -> None:
        state, outcome = self.state, turn.outcome
        for event in events:
            before, member = None, True
            if isinstance(event, _ABOUT_ONE):
                before = checking_in.visible(state.check_ins.get(event.user_id))
                member = event.user_id in state.members
            news.touch(state, event, outcome)
            self.evolve(event)
            if isinstance(event, (MemberLeft, MemberRemoved)) and self._typing is not None:
                self._typing.gone(event.user_id, outcome)
            outcome.events.append(event)
            news.tell_of(state, event, outcome, before=before, member=member)

    def _end(self, turn: _Turn) -> Outcome:
        """Compare with how it began: what is to come is set."""
        alarms = rules.alarms(self.state)
        reminders = turn.outcome.reminders
        reminders.extend(Remind(name, None) for name in turn.alarms.keys() - alarms.keys())
        reminders.extend(Remind(name, due) for name, due in alarms.items() if turn.alarms.get(name) != due)
        return turn.outcome

    def _reply(self, command: Command) -> Reply:
        state, viewer = self.state, command.by.user_id
        match command.command:
            case rules.Role(user_id=user_id):
                return views.member_view(state.members[user_id], self.deps.audience.seen(user_id))
            case rules.Post():
                return views.posted_view(state.messages[-1])
            case rules.Create() | rules.Update() | rules.Join():
                return views.group_view(state, viewer)
            case _:
                return {}

    # --- talking ---

    def _type(self, command: Command, *, typing: bool) -> Outcome:
        assert command.known is not None
        if self._typing is None:
            self._typing = WhoTypes(news.topic(self.state))
        outcome = Outcome()
        self._typing.say(command.by.user_id, command.known.blocked, outcome, typing=typing)
        return outcome

    # --- check-ins ---

    def _check_in(
        self,
        turn: _Turn,
        decision: Sequence[rules.Event] | Refusal,
        said: rules.SubmitCheckIn | rules.CorrectCheckIn,
        command: Command,
    ) -> None:
        outcome = turn.outcome
        if isinstance(decision, Refusal):
            outcome.reply = decision
            return
        self._record(turn, decision)
        assert command.known is not None
        member, was = command.by.user_id, command.known.fact
        told = checking_in.told(self.state, member, said, was)
        outcome.tells.append((news.user(member), told))
        zone = command.known.zone if was is None else was.zone
        day = day_of(told.at, zone) if was is None else was.date
        fact = check_in_on(day, zone, told, command.at)
        outcome.reply = {"activity": activities.activity(member, fact)}
        if isinstance(said, rules.SubmitCheckIn):
            outcome.reply["period"] = views.period_view(self.state.period)

    def _withdraw(self, delete: DeleteActivity, command: Command) -> Outcome:
        """Their own actor has found it to be theirs."""
        member, known = command.by.user_id, command.known
        assert known is not None
        assert known.fact is not None
        turn = self._begin(command.at)
        self._record(turn, checking_in.withdraw(self.state, delete.activity_id, self._asking(command)))
        turn.outcome.tells.append((news.user(member), CheckInRemoved(delete.activity_id, self.id)))
        turn.outcome.reply = {"activity": activities.activity(member, known.fact, removed=True)}
        return self._end(turn)
