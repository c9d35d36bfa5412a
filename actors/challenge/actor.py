"""The actor that owns one challenge.

Hears:   commands and reads, from its host, participants and watchers; from participants who they are, what they did, and
         their baselines; from watchers that they may be so no longer; reminders of its life (`soon`, `countdown`,
         `start`, `round`, `end`, `settle`), and `warn` and `dismiss`: telling everyone that it comes soon, or is over.
Tells:   participants that they are in, out, that it comes soon, or is over; those invited.
Pushes:  to `challenge:<id>`, to `live` when public, and rank windows to `user:<id>`.

Whatever wakes it, time goes first: what should have happened by now happens, at its planned time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from typing import ClassVar

from actors.challenge import news, reads, telling
from actors.challenge.cheers import cheer
from actors.challenge.powers import powers
from actors.leaderboard import TOP
from actors.live_standings import LiveStandings
from actors.messages import Attend, Caller, Command, Due, Outcome, Permission, Push, Remind, Reply, Tell, Tick, Wake
from actors.runtime import JournalledActor
from rules import challenge as rules
from rules.challenge.events import ActivityTallied, DayTallied, Mode, RoundEnded
from rules.challenge.state import ENDED, Participant, Phase
from rules.challenge_views import challenge_view, reviews_view, row_view, timeline_view
from rules.ids import UserId
from rules.known import Known
from rules.refusal import Code, Refusal
from rules.social.commands import SendCheer
from rules.tells import ActivityCounted, Baseline, BaselineWanted, DayCounted, Introduced, WatcherChanged

_NO_SUCH = Refusal(Code.NOT_FOUND, "no such challenge: check the id")
_RUNNING = frozenset({Phase.LIVE, Phase.PAUSED, Phase.SETTLING})


@dataclass(slots=True)
class _Turn:
    """One message being handled: how things were before, and what it has caused."""

    at: datetime
    alarms: dict[str, datetime]
    phase: Phase
    leader: str | None  # a user, or a team
    seen_by: tuple[str, ...]  # the circle that may see it
    updated: bool = False
    outcome: Outcome = field(default_factory=Outcome)


class ChallengeActor(JournalledActor):
    __slots__ = ("_alarms", "_roll", "_seconds", "_standings", "_warned_roll")

    kind: ClassVar[str] = "challenge"
    state: rules.Challenge

    def blank(self) -> rules.Challenge:
        self._alarms: dict[str, datetime] | None = None  # worked out when asked for; scores change nothing of them
        self._standings: LiveStandings | None = None  # made when first needed: replay goes without
        self._roll: list[UserId] | None = None  # participants in the order in which they are told of the end
        self._warned_roll: list[UserId] | None = None  # … and that it comes soon, while they are
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

    @property
    def alarms(self) -> dict[str, datetime]:
        if self._alarms is None:
            self._alarms = rules.alarms(self.state)
        return self._alarms

    def evolve(self, event: rules.Event) -> None:
        if not isinstance(event, news.SCORES):
            self._alarms = None
        rules.evolve(self.state, event)

    def standing(self, caller: Caller, known: Known | None = None) -> frozenset[Permission]:
        return powers(self.state, caller, known)

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
                return Outcome(reads.page(self.state, self.standings, query, viewer))
            case rules.Results() as query:
                return Outcome(reads.results(self.state, self.standings, query, viewer))
            case rules.Timeline():
                return Outcome(timeline_view(self.state))
            case rules.Reviews() as query:
                return Outcome(reviews_view(self.state, query.after, query.limit))
            case rules.View() as query:
                standing = self.standing(command.by, command.known)
                may_see = Permission.VIEWER in standing or reads.opens(self.state, query.code)
                return Outcome(reads.view(self.state, self.standings, viewer) if may_see else _NO_SUCH)
            case SendCheer() as wanted:
                return cheer(self.state, wanted, _known(command))
            case _:
                return self._change(command)

    def on_tell(self, tell: Tell) -> Outcome:
        if not self.exists:
            return Outcome()
        turn = self._begin(tell.at)
        event: rules.Event | None = None
        match tell.message:
            case WatcherChanged(known):
                if not self.state.is_open_to(known.user_id, known):
                    turn.outcome.effects.append(Attend(known.user_id, news.topic(self.state), on=False))
            case Introduced() as told:
                event = rules.introduce(self.state, told, tell.at)
            case DayCounted() as told:
                event = rules.tally(self.state, told, tell.at)
            case ActivityCounted() as told:
                event = rules.tally_activity(self.state, told, tell.at)
            case Baseline() as told:
                event = rules.fix_baseline(self.state, told, tell.at)
        self._record(turn, [] if event is None else [event])
        return self._end(turn)

    def on_due(self, due: Due) -> Outcome:
        if not self.exists:
            return Outcome()
        turn = self._begin(due.at, fired=due.name)
        if due.name == "dismiss":
            self._dismiss(turn)
        elif due.name == "warn":
            self._warn(turn)
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
            known=_known(command),
            at=command.at,
            code=self.deps.ids.code(),
            rules=self.deps.rules.at(command.at),
        )
        return self._conclude(turn, decision, command)

    def _change(self, command: Command) -> Outcome:
        turn = self._begin(command.at)
        decision = rules.decide(
            self.state, command.command, known=_known(command), at=command.at, rules=self.deps.rules.at(command.at)
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
        alarms = {name: due for name, due in self.alarms.items() if name != fired} if self.exists else {}
        turn = _Turn(at, alarms, self.state.phase, self.standings.leader(), self.state.seen_by)
        if self.exists:
            self._record(turn, [])
        return turn

    def _record(self, turn: _Turn, events: Sequence[rules.Event]) -> None:
        """Apply the events, and what time brings about after them."""
        for event in events:
            self._apply(turn, event)
        while (step := self._overdue(turn.at)) is not None:
            self._apply(turn, step)

    def _overdue(self, at: datetime) -> rules.Event | None:
        if all(at < due for due in self.alarms.values()):  # as at nearly every sync
            return None
        return rules.overdue(self.state, at, self.deps.rules.at(at))

    def _apply(self, turn: _Turn, event: rules.Event) -> None:
        outcome = turn.outcome
        if isinstance(event, news.SCORES):
            self._score(event, outcome)
        else:
            standings, before = self.standings, self._order_of()
            self.evolve(event)
            turn.updated |= isinstance(event, news.SETTINGS)
            if self._order_of() != before:
                self._standings = None
            elif isinstance(event, RoundEnded):
                standings.order_again()
            news.tell_of(self.state, event, outcome, new=False)
        outcome.events.append(event)
        news.touch(event, outcome)

    def _score(self, event: news.Score, outcome: Outcome) -> None:
        """Something about one participant has changed."""
        state, user_id = self.state, event.user_id
        standings = self.standings  # as they were before, so that they notice what changes
        earlier, together = state.participants.get(user_id), state.total
        score, new = (earlier.score, not earlier.zone) if earlier is not None else (0.0, False)
        team_id = earlier.team_id if earlier is not None else None
        team_score = standings.teams.score(team_id) if standings.teams is not None else 0.0
        self.evolve(event)
        if earlier is not None or user_id in state.participants:
            standings.note(user_id, score)
        news.tell_of(state, event, outcome, new=new)
        if state.terms.mode is Mode.COLLECTIVE and state.total != together:
            news.together(state, together, outcome)
        elif team_id is not None:
            news.team_scored(state, standings, team_id, team_score, outcome)
        if isinstance(event, DayTallied | ActivityTallied):
            news.scored(state, standings, user_id, score, outcome)
            if state.terms.fairness == "baseline" and state.participants[user_id].baseline is None:
                wanted = BaselineWanted(state.id, state.terms.metric, state.terms.starts_at)
                outcome.tells.append((news.user(user_id), wanted))

    def _order_of(self) -> tuple[object, ...]:
        """What the standings are built from."""
        terms = self.state.terms
        return self.id if self.exists else "", terms.mode, terms.target, terms.teams, terms.team_score, terms.team_best

    def _end(self, turn: _Turn) -> Outcome:
        """Compare with how it began: what is new goes out, and what is to come is set."""
        outcome, phase = turn.outcome, self.state.phase
        alarms = self.alarms
        outcome.reminders.extend(Remind(name, None) for name in turn.alarms.keys() - alarms.keys())
        outcome.reminders.extend(Remind(name, due) for name, due in alarms.items() if turn.alarms.get(name) != due)
        if turn.seen_by != self.state.seen_by and not self.state.is_public:
            news.closed_to_others(self.state, outcome)
        if turn.updated:
            news.updated(self.state, outcome)
        leader = self.standings.leader()
        if phase in _RUNNING and leader is not None and leader != turn.leader:
            whose = "userId" if self.standings.teams is None else "teamId"
            news.push(self.state, outcome, "challenge:milestone", {"kind": "lead", whose: leader})
        if phase is not turn.phase:
            if phase is Phase.FINISHED:
                rows = self.standings.board.rows(0, TOP)
                final = {"rows": rows, "provisional": False, **self.standings.beside_rows()}
                news.push(self.state, outcome, "challenge:finished", final)
            self._count_down(turn.at, outcome)
        self.standings.tell(outcome)
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
        if self.state.phase not in ENDED:
            return
        if self._roll is None:
            self._roll = sorted(self.state.participants)
        told = telling.end(self.state, self.standings, self._roll, turn.at, turn.outcome)
        if told is not None:
            self._record(turn, [told])

    def _warn(self, turn: _Turn) -> None:
        """Tell the next participants that it starts or ends soon, in the same way."""
        if not self.state.warning:
            return
        if self._warned_roll is None:
            self._warned_roll = sorted(self.state.participants)
        self._record(turn, [telling.soon(self.state, self._warned_roll, turn.at, turn.outcome)])
        if not self.state.warning:
            self._warned_roll = None


def _known(command: Command) -> Known:
    """The sender; with no more than their id where the command came straight here."""
    return command.known or Known(command.by.user_id, "", "UTC")
