"""The actor that owns one workout session.

Hears:   commands and reads, by way of their senders' own actors, from its athletes and those it is shared with;
         `Elsewhere` from an athlete who turns out to train in another session; `Estranged` from its owner; reminders `rest:<user id>` and `abandoned`.
Tells:   athletes that they are in, out, what their sets come to, and that their workout is done; those invited.
Pushes:  to `session:<id>`.

Whatever wakes it, time goes first: what should have happened by now happens, at its planned time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar

from actors import session_news as news
from actors.live_session import LiveSession
from actors.messages import Attend, Caller, Command, Due, Outcome, Permission, Remind, Reply, Tell, Tick, Wake
from actors.runtime import JournalledActor
from rules import session as rules
from rules.known import Known
from rules.records.views import record_view
from rules.refusal import Code, Refusal
from rules.session.events import SetCompleted
from rules.session.life import wrong_state
from rules.session.state import RUNNING
from rules.session.views import session_view, set_view
from rules.social.commands import SendCheer
from rules.tells.session import Elsewhere, Estranged

_NO_SUCH = Refusal(Code.NOT_FOUND, "no such session: check the id")
_NO_ATHLETE = Refusal(Code.NOT_FOUND, "nobody with this id trains here: look among its athletes")
_SIGNED_IN = frozenset({Permission.ANYONE, Permission.USER})


@dataclass(slots=True)
class _Turn:
    """One message being handled: what it has caused, and the reminders from before."""

    at: datetime
    alarms: dict[str, datetime]
    outcome: Outcome = field(default_factory=Outcome)


class SessionActor(JournalledActor):
    __slots__ = ("_live",)

    kind: ClassVar[str] = "session"
    state: rules.Session

    def blank(self) -> rules.Session:
        self._live = LiveSession()
        return rules.Session()

    @property
    def exists(self) -> bool:
        return self.state.id != ""

    def evolve(self, event: rules.Event) -> None:
        rules.evolve(self.state, event)

    def standing(self, caller: Caller, known: Known | None = None) -> frozenset[Permission]:
        standing, state, user_id = _SIGNED_IN, self.state, caller.user_id
        if not self.exists:
            return standing
        athlete = state.athletes.get(user_id)
        if athlete is not None and athlete.here:
            standing |= {Permission.PARTICIPANT, Permission.VIEWER}
        elif athlete is not None and (known is None or state.owner_id not in known.blocked):
            standing |= {Permission.VIEWER}
        if user_id == state.owner_id:
            standing |= {Permission.HOST}
        if caller.role == "admin":
            standing |= {Permission.ADMIN, Permission.VIEWER}
        if self._is_shared_with(user_id, known):
            standing |= {Permission.VIEWER}
        return standing

    def _is_shared_with(self, user_id: str, known: Known | None) -> bool:
        """With those invited and those whom its visibility says, but for who is kept away from the owner."""
        state = self.state
        if known is None or state.owner_id in known.blocked:
            return False
        is_friend = state.owner_id in known.friends
        open_to = state.visibility == "public" or (state.visibility == "friends" and is_friend)
        return open_to or user_id in state.invited

    def _may_join(self, user_id: str, known: Known | None) -> bool:
        return user_id in self.state.athletes or self._is_shared_with(user_id, known)

    # --- messages ---

    def guarded(self, command: Command) -> Outcome:
        if isinstance(command.command, rules.Start) and self.exists:
            command = replace(command, may=Permission.HOST)  # anybody may start one of their own
        if isinstance(command.command, rules.Join) and not self._may_join(command.by.user_id, command.known):
            return Outcome(_NO_SUCH)  # admins see everything, and train along like anyone else
        return super().guarded(command)

    def on_command(self, command: Command) -> Outcome:
        match command.command:
            case rules.Plan() | rules.Start(session_id=None):
                return self._plan(command)
            case _ if not self.exists:
                return Outcome(_NO_SUCH)
            case rules.Get():
                return Outcome(dict(session_view(self.state, command.at)))
            case rules.View():
                may_see = Permission.VIEWER in self.standing(command.by, command.known)
                return Outcome({"session": session_view(self.state, command.at)} if may_see else _NO_SUCH)
            case SendCheer() as cheer:
                return self._cheer(cheer, command)
            case _:
                return self._change(command)

    def on_tell(self, tell: Tell) -> Outcome:
        match tell.message:
            case Elsewhere(user_id) if self.exists:
                turn = self._begin(tell.at)
                self._record(turn, rules.busy_elsewhere(self.state, user_id, tell.at))
                return self._end(turn)
            case Estranged() as told if self.exists and told.owner_id == self.state.owner_id:
                return self._estranged(told, tell.at)
            case _:
                return Outcome()  # it has only been woken

    def on_due(self, due: Due) -> Outcome:
        if not self.exists:
            return Outcome()
        return self._end(self._begin(due.at, fired=due.name))

    def on_tick(self, tick: Tick) -> Outcome:
        outcome = Outcome()
        self._live.on_tick(tick.name, self.state, tick.at, outcome)
        return outcome

    def on_awake(self, at: datetime) -> Outcome | None:
        """Rests that are going on tick again."""
        resting = any(athlete.rest for athlete in self.state.athletes.values())
        return Outcome(wakes=[Wake("rest", 0)]) if resting else None

    def _estranged(self, told: Estranged, at: datetime) -> Outcome:
        """Who watched because they were a friend, or because nothing stood between the two, watches no more.

        Who trains along goes on, unless there is a block now: then their part is over as it stands.
        """
        state, turn = self.state, self._begin(at)
        if told.hidden and (shut_out := rules.shut_out(state, {told.user_id}, at)):
            self._record(turn, shut_out)
        elif told.hidden or not (
            told.user_id in state.athletes or told.user_id in state.invited or state.visibility != "friends"
        ):
            turn.outcome.effects.append(Attend(told.user_id, news.topic(state), on=False))
        return self._end(turn)

    def _cheer(self, cheer: SendCheer, command: Command) -> Outcome:
        state, known = self.state, command.known
        if state.phase not in RUNNING:
            return Outcome(wrong_state(state.phase))
        hidden = known is not None and cheer.user_id in known.blocked
        if hidden or cheer.user_id not in state.athletes:
            return Outcome(_NO_ATHLETE)
        cheered = {"from": command.by.user_id, "userId": cheer.user_id, "emoji": cheer.emoji}
        outcome = Outcome({})
        news.push(state, outcome, "cheer:received", cheered, ephemeral=True)
        return outcome

    # --- changes ---

    def _plan(self, command: Command) -> Outcome:
        if self.exists:
            return self._change(command)
        turn = self._begin(command.at)
        return self._conclude(turn, rules.plan(command.command, id=self.id, asking=self._asking(command)), command)

    def _change(self, command: Command) -> Outcome:
        turn = self._begin(command.at)
        decision = rules.decide(self.state, command.command, self._asking(command))
        if isinstance(command.command, rules.Start) and not isinstance(decision, Refusal):
            turn.outcome.effects.extend(self._watched_no_more(command))
        return self._conclude(turn, decision, command)

    def _watched_no_more(self, command: Command) -> list[Attend]:
        """As it begins: who has watched the plan may be no friend of its owner's any more, or blocked."""
        state, known, topic = self.state, command.known, news.topic(self.state)
        assert known is not None
        if state.visibility == "public":
            return [Attend(user_id, topic, on=False) for user_id in sorted(known.blocked)]
        shared_with = state.invited | known.friends if state.visibility == "friends" else state.invited
        keep = frozenset(state.athletes.keys() | shared_with - known.blocked)
        return [Attend(None, topic, on=False, keep=keep)]

    def _asking(self, command: Command) -> rules.Asking:
        known = command.known
        assert known is not None  # the catalogue sends these by way of their senders
        return rules.Asking(known, command.at, self.deps.rules.at(command.at).fair_play, self.deps.exercises)

    def _conclude(self, turn: _Turn, decision: Sequence[rules.Event] | Refusal, command: Command) -> Outcome:
        if isinstance(decision, Refusal):
            turn.outcome.reply = decision
        else:
            self._record(turn, decision)
            turn.outcome.reply = self._reply(command, decision)
        return self._end(turn)

    def _begin(self, at: datetime, fired: str | None = None) -> _Turn:
        """Let time go first. `fired` is a reminder that is gone now, unless it is set again."""
        alarms = rules.alarms(self.state)
        alarms.pop(fired or "", None)
        turn = _Turn(at, alarms)
        self._record(turn, [])
        return turn

    def _record(self, turn: _Turn, events: Sequence[rules.Event]) -> None:
        """Apply the events, and what time brings about after them."""
        for event in events:
            self._apply(turn, event)
        while (due := rules.overdue(self.state, turn.at)) is not None:
            self._apply(turn, due)

    def _apply(self, turn: _Turn, event: rules.Event) -> None:
        before = news.before(self.state, event)
        self.evolve(event)
        turn.outcome.events.append(event)
        news.tell_of(self.state, event, before, turn.outcome)
        self._live.note(self.state, event, turn.at, turn.outcome)

    def _end(self, turn: _Turn) -> Outcome:
        """What is to come is set, and seconds of rest are shown."""
        outcome, alarms = turn.outcome, rules.alarms(self.state)
        outcome.reminders.extend(Remind(name, None) for name in turn.alarms.keys() - alarms.keys())
        outcome.reminders.extend(Remind(name, due) for name, due in alarms.items() if turn.alarms.get(name) != due)
        self._live.rest(self.state, turn.at, outcome)
        return outcome

    def _reply(self, command: Command, events: Sequence[rules.Event]) -> Reply:
        match command.command:
            case rules.CompleteSet():
                [done] = events
                assert isinstance(done, SetCompleted)
                athlete = self.state.athletes[done.user_id]
                sets = athlete.exercises[athlete.order[-1]].sets
                return {
                    "set": set_view(len(sets) - 1, sets[-1]),
                    "records": [record_view(done.exercise_id, record) for record in done.records],
                }
            case rules.Invite():
                return {}
            case _:
                return session_view(self.state, command.at)
