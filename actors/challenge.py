"""The actor that owns one challenge.

Hears:   commands and reads, from its host, participants and watchers; `Introduced` and `DayCounted` from participants;
         reminders `countdown`, `start`, `end`, `settle` (its life) and `dismiss` (telling everyone that it is over).
Tells:   participants that they are in, out, or that it is over; those invited.
Pushes:  to `challenge:<id>`, to `live` when public, and rank windows to `user:<id>`.

Whatever wakes it, time goes first: what should have happened by now happens, at its planned time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from typing import ClassVar

from actors import challenge_news as news
from actors import challenge_reads as reads
from actors.leaderboard import TOP
from actors.live_standings import LiveStandings
from actors.messages import Caller, Command, Due, Outcome, Permission, Push, Remind, Reply, Tell, Tick, Wake
from actors.runtime import JournalledActor
from rules import challenge as rules
from rules.challenge.events import DayTallied, ParticipantsTold, Role
from rules.challenge.state import ENDED, Participant, Phase
from rules.challenge_views import challenge_view, row_view, timeline_view
from rules.ids import UserId
from rules.known import Known
from rules.ranking import earns, reached_target
from rules.refusal import Code, Refusal
from rules.tells import ChallengeEnded, DayCounted, Introduced

TOLD_AT_ONCE = 100  # participants told of the end in one commit

_NO_SUCH = Refusal(Code.NOT_FOUND, "no such challenge: check the id")
_SIGNED_IN = frozenset({Permission.ANYONE, Permission.USER})
_HOST = frozenset({Permission.VIEWER, Permission.PARTICIPANT, Permission.ANNOUNCER, Permission.JUDGE, Permission.HOST})
_OF_ROLE = {
    Role.COHOST: _HOST,
    Role.JUDGE: frozenset({Permission.VIEWER, Permission.JUDGE}),
    Role.ANNOUNCER: frozenset({Permission.VIEWER, Permission.ANNOUNCER}),
}
_RUNNING = frozenset({Phase.LIVE, Phase.PAUSED, Phase.SETTLING})


@dataclass(slots=True)
class _Turn:
    """One message being handled: how things were before, and what it has caused."""

    at: datetime
    alarms: dict[str, datetime]
    phase: Phase
    leader: UserId | None
    public: bool
    updated: bool = False
    outcome: Outcome = field(default_factory=Outcome)


class ChallengeActor(JournalledActor):
    __slots__ = ("_roll", "_seconds", "_standings")

    kind: ClassVar[str] = "challenge"
    state: rules.Challenge

    def blank(self) -> rules.Challenge:
        self._standings: LiveStandings | None = None  # made when first needed: replay goes without
        self._roll: list[UserId] | None = None  # participants in the order in which they are told of the end
        self._seconds: int | None = None  # the last that the countdown showed
        return rules.Challenge()

    @property
    def exists(self) -> bool:
        return self.state.id != ""

    @property
    def standings(self) -> LiveStandings:
        if self._standings is None:
            self._standings = LiveStandings(self.state)
        return self._standings

    def evolve(self, event: rules.Event) -> None:
        rules.evolve(self.state, event)

    def standing(self, caller: Caller, known: Known | None = None) -> frozenset[Permission]:
        if not self.exists:
            return _SIGNED_IN
        state, standing = self.state, _SIGNED_IN
        if caller.user_id == state.host_id:
            standing |= _HOST
        elif caller.user_id in state.roles:
            standing |= _OF_ROLE[state.roles[caller.user_id]]
        if caller.user_id in state.participants:
            standing |= {Permission.PARTICIPANT}
        if caller.role == "admin":
            standing |= {Permission.ADMIN}
        if caller.role == "admin" or state.is_open_to(caller.user_id):
            standing |= {Permission.VIEWER}
        return standing

    # --- messages ---

    def on_command(self, command: Command) -> Outcome:
        viewer = command.by.user_id
        match command.command:
            case rules.Create() as create:
                return self._create(create, command)
            case _ if not self.exists:
                return Outcome(_NO_SUCH)
            case rules.Get():
                return Outcome(dict(challenge_view(self.state, viewer)))
            case rules.Leaderboard() as query:
                return Outcome(reads.page(self.state, self.standings.board, query, viewer))
            case rules.Results() as query:
                return Outcome(reads.results(self.state, self.standings.board, query, viewer))
            case rules.Timeline():
                return Outcome(timeline_view(self.state))
            case rules.View() as query:
                may_see = Permission.VIEWER in self.standing(command.by) or reads.opens(self.state, query.code)
                return Outcome(reads.view(self.state, self.standings.board, viewer) if may_see else _NO_SUCH)
            case _:
                return self._change(command)

    def on_tell(self, tell: Tell) -> Outcome:
        if not self.exists:
            return Outcome()
        turn = self._begin(tell.at)
        event: rules.Event | None = None
        match tell.message:
            case Introduced() as told:
                event = rules.introduce(self.state, told, tell.at)
            case DayCounted() as told:
                event = rules.tally(self.state, told, tell.at)
        self._record(turn, [] if event is None else [event])
        return self._end(turn)

    def on_due(self, due: Due) -> Outcome:
        if not self.exists:
            return Outcome()
        turn = self._begin(due.at, fired=due.name)
        if due.name == "dismiss":
            self._dismiss(turn)
        return self._end(turn)

    def on_tick(self, tick: Tick) -> Outcome:
        outcome = Outcome()
        match tick.name:
            case "countdown":
                self._count_down(tick.at, outcome)
            case "leaderboard":
                self.standings.push_top(outcome)
            case "ranks":
                self.standings.push_ranks(self.deps.audience, outcome)
        return outcome

    def on_awake(self, at: datetime) -> Outcome | None:
        return Outcome(wakes=[Wake("countdown", 0)]) if self.state.phase is Phase.COUNTDOWN else None

    # --- changes ---

    def _create(self, create: rules.Create, command: Command) -> Outcome:
        if self.exists:
            return Outcome(Refusal(Code.CONFLICT, "this challenge exists already: create another"))
        turn = self._begin(command.at)
        decision = rules.create(
            create,
            id=self.id,
            by=command.by.user_id,
            at=command.at,
            code=self.deps.ids.code(),
            version=self.deps.rules.version,
        )
        return self._conclude(turn, decision, command)

    def _change(self, command: Command) -> Outcome:
        turn = self._begin(command.at)
        decision = rules.decide(
            self.state, command.command, by=command.by.user_id, at=command.at, version=self.deps.rules.version
        )
        return self._conclude(turn, decision, command)

    def _conclude(self, turn: _Turn, decision: Sequence[rules.Event] | Refusal, command: Command) -> Outcome:
        if isinstance(decision, Refusal):
            turn.outcome.reply = decision
        else:
            self._record(turn, decision)
            turn.outcome.reply = self._reply(command)
        return self._end(turn)

    def _begin(self, at: datetime, fired: str | None = None) -> _Turn:
        """Let time go first. `fired` is a reminder that is gone now, unless it is set again."""
        alarms = rules.alarms(self.state) if self.exists else {}
        alarms.pop(fired or "", None)
        turn = _Turn(at, alarms, self.state.phase, self.standings.board.leader(), self.state.is_public)
        if self.exists:
            self._record(turn, [])
        return turn

    def _record(self, turn: _Turn, events: Sequence[rules.Event]) -> None:
        """Apply the events, and what time brings about after them."""
        for event in events:
            self._apply(turn, event)
        while (due := rules.overdue(self.state, turn.at, self.deps.rules.version)) is not None:
            self._apply(turn, due)

    def _apply(self, turn: _Turn, event: rules.Event) -> None:
        standings = self.standings  # as they were before, so that they notice what changes
        outcome = turn.outcome
        if not isinstance(event, news.SCORES):
            before = self._order_of()
            self.evolve(event)
            turn.updated |= isinstance(event, news.SETTINGS)
            if self._order_of() != before:
                self._standings = None
            news.tell_of(self.state, event, outcome, new=False)
        else:
            earlier = self.state.participants.get(event.user_id)
            score, new = (earlier.score, not earlier.zone) if earlier is not None else (0.0, False)
            self.evolve(event)
            if earlier is not None or event.user_id in self.state.participants:
                standings.note(event.user_id, score)
            news.tell_of(self.state, event, outcome, new=new)
            if isinstance(event, DayTallied):
                news.scored(self.state, standings.board, event.user_id, score, outcome)
        outcome.events.append(event)
        news.touch(event, outcome)

    def _order_of(self) -> tuple[object, ...]:
        """What the standings are built from."""
        terms = self.state.terms
        return self.id if self.exists else "", terms.mode, terms.target

    def _end(self, turn: _Turn) -> Outcome:
        """Compare with how it began: what is new goes out, and what is to come is set."""
        outcome, phase = turn.outcome, self.state.phase
        alarms = rules.alarms(self.state)
        outcome.reminders.extend(Remind(name, None) for name in turn.alarms.keys() - alarms.keys())
        outcome.reminders.extend(Remind(name, due) for name, due in alarms.items() if turn.alarms.get(name) != due)
        if turn.public and not self.state.is_public:
            news.closed_to_the_public(self.state, outcome)
        if turn.updated:
            news.updated(self.state, outcome)
        leader = self.standings.board.leader()
        if phase in _RUNNING and leader is not None and leader != turn.leader:
            news.push(self.state, outcome, "challenge:milestone", {"kind": "lead", "userId": leader})
        if phase is not turn.phase:
            if phase is Phase.FINISHED:
                rows = self.standings.board.rows(0, TOP)
                news.push(self.state, outcome, "challenge:finished", {"rows": rows, "provisional": False})
            self._count_down(turn.at, outcome)
        self.standings.arm(outcome)
        return outcome

    def _reply(self, command: Command) -> Reply:
        match command.command:
            case rules.Disqualify(user_id=user_id) | rules.Reinstate(user_id=user_id):
                if user_id in self.state.participants:
                    return self.standings.board.row_of(user_id)
                gone = Participant(user_id, command.at, command.at)
                return row_view(self.state.terms.mode, gone, None)
            case rules.Announce() | rules.Invite():
                return {}
            case _:
                return challenge_view(self.state, command.by.user_id)

    # --- the last seconds, and the end ---

    def _count_down(self, at: datetime, outcome: Outcome) -> None:
        """Show the seconds until the start, and come back at the next one. Game time may stand still meanwhile."""
        left = (self.state.terms.starts_at - at).total_seconds()
        if self.state.phase is not Phase.COUNTDOWN or left <= 0:
            self._seconds = None
            return
        seconds = ceil(left)
        if seconds != self._seconds:
            self._seconds = seconds
            topic = news.topic(self.state)
            outcome.effects.append(Push(topic, "challenge:countdown", {"seconds": seconds}, ephemeral=True))
        outcome.wakes.append(Wake("countdown", max(left - seconds + 1, 0.1)))

    def _dismiss(self, turn: _Turn) -> None:
        """Tell the next participants that it is over; the reminder comes back until all of them know."""
        state = self.state
        if state.phase not in ENDED:
            return
        if self._roll is None:
            self._roll = sorted(state.participants)
        finished = state.phase is Phase.FINISHED
        next_ones = self._roll[state.told : state.told + TOLD_AT_ONCE]
        for user_id in next_ones:
            participant, terms = state.participants[user_id], state.terms
            ended = ChallengeEnded(
                challenge_id=state.id,
                name=terms.name,
                outcome="finished" if finished else "cancelled",
                ranked=finished and earns(terms.mode, participant),
                rank=self.standings.board.rank_of(user_id) if finished else None,
                reached_target=finished and reached_target(terms.mode, terms.target, participant),
                rule_version=state.rule_version,
            )
            turn.outcome.tells.append((news.user(user_id), ended))
            turn.outcome.touched.add(("participant", user_id))  # their rank is final
        if next_ones:
            self._record(turn, [ParticipantsTold(turn.at, len(next_ones))])
