"""The actor that owns one user.

Hears:   the user's own commands; reads of anyone who may see them; challenges that they are in.
Tells:   those challenges, of every day whose metric changes.
Pushes:  on `user:<id>`.
"""

from datetime import date
from typing import Any, assert_never

from actors.messages import Address, Caller, Command, Due, Outcome, Permission, Push, Remind, Tell, Tick
from actors.runtime import JournalledActor
from rules.badges import Badge
from rules.challenge import Join
from rules.day import DayFacts, in_review, leading_device, totals
from rules.refusal import Code, Refusal
from rules.rewards import BadgeEarned, BadgeLost, Change, LevelReached, StreakChanged, XpChanged
from rules.tells import ChallengeEnded, ChallengeInvited, ChallengeJoined, ChallengeLeft, DayCounted, Introduced
from rules.user import Event, User, blank, evolve, receipts, today_of, views
from rules.user.commands import (
    Badges,
    EarnedBadges,
    Explain,
    Me,
    Profile,
    Register,
    Rewards,
    SyncSteps,
    UpdatePreferences,
    UpdateProfile,
)
from rules.user.decide import decide
from rules.user.events import (
    ChallengeConcluded,
    ChallengeEntered,
    ChallengeExited,
    DayTurned,
    ProfileUpdated,
    UserRenamed,
)

MOST_CHALLENGES = 100  # going on at a time

_IN_TOO_MANY = Refusal(
    Code.CONFLICT, f"you take part in {MOST_CHALLENGES} challenges, which is all one may: leave one first"
)
_DAY = "day"  # the reminder at the end of a day on which a streak is alive
_OWNER = frozenset({Permission.USER, Permission.VIEWER, Permission.SELF})
_OTHERS = frozenset({Permission.USER, Permission.VIEWER})
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

    def standing(self, caller: Caller) -> frozenset[Permission]:
        if caller.user_id == self.id:
            return _OWNER
        if not self.exists:
            return _NOBODY
        return _OTHERS if self.state.preferences.privacy["profile"] == "public" or caller.role == "admin" else _NOBODY

    # --- commands ---

    def on_command(self, command: Command) -> Outcome:
        wanted = command.command
        if not self.exists and not isinstance(wanted, Register):
            return Outcome(Refusal(Code.NOT_FOUND, "no such user: check the id, or sign in again"))
        match wanted:
            case Join():
                return self._join(wanted.challenge_id)
            case SyncSteps() | UpdateProfile() | UpdatePreferences() | Register():
                return self._change(command)
            case Me():
                return Outcome(views.me(self.state, command.at, self.deps.rules))
            case Rewards():
                return Outcome(self._rewards(command))
            case Badges():
                return Outcome({"badges": views.badge_catalogue(self.state, self.deps.rules)})
            case Profile():
                return Outcome(dict(views.public(self.state)))
            case EarnedBadges():
                return Outcome({"badges": self._rewards(command)["badges"]})
            case Explain():
                found = receipts.explain(self.state, wanted, today_of(self.state, command.at), self.deps.rules)
                return Outcome({"receipts": found})
            case _:
                raise AssertionError(f"no command of a user: {wanted!r}")

    def _join(self, challenge_id: str) -> Outcome:
        """The challenge decides, unless this user is in too many: each of them hears of every sync."""
        if len(self.state.challenges) >= MOST_CHALLENGES and challenge_id not in self.state.challenges:
            return Outcome(_IN_TOO_MANY)
        return Outcome(forward=Address("challenge", challenge_id))

    def _rewards(self, command: Command) -> dict[str, Any]:
        today = today_of(self.state, command.at)
        rewards: dict[str, Any] = dict(views.rewards(self.state, today, self.deps.rules))
        rewards["streaks"] = views.streaks(self.state, today, self.deps.rules)
        return rewards

    def _change(self, command: Command) -> Outcome:
        wanted = command.command
        decision = decide(self.state, wanted, device=command.by.device, now=command.at, rules=self.deps.rules)
        if isinstance(decision, Refusal):
            return Outcome(decision)
        day = wanted.date if isinstance(wanted, SyncSteps) else None
        outcome = self._applied(decision, command, day)
        outcome.reply = self._reply(command)
        return outcome

    def _reply(self, command: Command) -> Any:
        wanted = command.command
        match wanted:
            case SyncSteps():
                device = wanted.device or command.by.device
                today = today_of(self.state, command.at)
                return {
                    "activity": views.activity(self.state, wanted.date, device),
                    "today": views.day_totals(today, self.state.days.get(today)),
                }
            case UpdatePreferences():
                return views.preferences(self.state)
            case _:
                return views.me(self.state, command.at, self.deps.rules)

    # --- other actors, and time ---

    def on_tell(self, tell: Tell) -> Outcome:
        told = tell.message
        match told:
            case ChallengeJoined(challenge_id, metric):
                outcome = self._applied([ChallengeEntered(tell.at, challenge_id, metric)], tell)
                outcome.tells.append((Address("challenge", challenge_id), self._introduction()))
                return outcome
            case ChallengeLeft(challenge_id):
                return self._applied([ChallengeExited(tell.at, challenge_id)], tell)
            case ChallengeEnded():
                return self._applied([_concluded(told, tell)], tell)
            case ChallengeInvited(challenge_id, name, by):
                invited = {"challengeId": challenge_id, "name": name, "by": by}
                return Outcome(effects=[Push(self.topic, "challenge:invited", invited)])
            case _:
                raise AssertionError(f"no message for a user: {told!r}")

    def on_due(self, due: Due) -> Outcome:
        return self._applied([DayTurned(due.at, today_of(self.state, due.at))], due)

    def on_tick(self, tick: Tick) -> Outcome:
        raise AssertionError(f"a user sets no timers: {tick.name}")

    def _introduction(self) -> Introduced:
        return Introduced(self.id, self.state.display_name, self.state.timezone)

    # --- consequences ---

    def _applied(self, events: list[Any], cause: Command | Tell | Due, day: date | None = None) -> Outcome:
        """Apply the events, and say what follows: pushes, tells, rows, the reminder of the day."""
        user, outcome = self.state, Outcome()
        before = user.days.get(day) if day is not None else None
        turns_at, profile = user.turns_at, (user.rewards.xp, user.rewards.level)
        changes: list[Change] = []
        for event in events:
            changes += self.evolve(event)
            if isinstance(event, ProfileUpdated | UserRenamed):
                known = [Address("challenge", challenge_id) for challenge_id in user.challenges]
                outcome.tells += [(address, self._introduction()) for address in known]
        if not events:
            return outcome
        outcome.events = events
        if day is not None:
            self._day_changed(day, before, cause, outcome)
        else:
            outcome.touched.add("user")
        if (user.rewards.xp, user.rewards.level) != profile:
            outcome.touched.add("user")
        if user.turns_at != turns_at or (isinstance(cause, Due) and user.turns_at is not None):
            outcome.reminders.append(Remind(_DAY, user.turns_at))
        outcome.effects += [self._push(change) for change in changes if not isinstance(change, BadgeLost)]
        return outcome

    def _day_changed(self, day: date, before: DayFacts | None, cause: Command | Tell | Due, outcome: Outcome) -> None:
        user, after = self.state, self.state.days[day]
        old = totals(before) if before is not None else {}
        new = totals(after)
        leading = leading_device(after)
        assert leading is not None
        activity_id = views.activity_id(user, day, leading)
        review = in_review(after)
        for challenge_id, metric in user.challenges.items():
            was, now = old.get(metric, 0), new.get(metric, 0)
            if was != now:
                counted = DayCounted(user.id, metric, day, user.timezone, was, now, activity_id, review)
                outcome.tells.append((Address("challenge", challenge_id), counted))
        outcome.touched.add(("day", day))
        if day == today_of(user, cause.at):
            outcome.effects.append(Push(self.topic, "stats:update", {"today": views.day_totals(day, after)}))

    def _push(self, change: Change) -> Push:
        match change:
            case XpChanged():
                data: dict[str, Any] = {
                    "amount": change.amount,
                    "xp": change.xp,
                    "reason": change.reason,
                    "receiptId": change.receipt_id,
                }
                return Push(self.topic, "xp:awarded", data)
            case LevelReached():
                data = {"level": change.level, "xp": change.xp, "nextLevelAt": change.next_level_at}
                return Push(self.topic, "level:up", data)
            case BadgeEarned():
                return Push(self.topic, "badge:earned", _badge(change.badge, change.receipt_id))
            case StreakChanged():
                shown = {"mended": "extended", "shortened": "broken"}.get(change.what, change.what)
                return Push(self.topic, f"streak:{shown}", {"streak": views.streak(change.kind, change.view)})
            case BadgeLost():
                raise AssertionError("a badge that is lost goes quietly")
            case _:
                assert_never(change)


def _badge(badge: Badge, receipt_id: str) -> dict[str, Any]:
    return {
        "badgeId": badge.id,
        "name": badge.name,
        "description": badge.description,
        "tier": badge.tier,
        "receiptId": receipt_id,
    }


def _concluded(told: ChallengeEnded, tell: Tell) -> ChallengeConcluded:
    return ChallengeConcluded(
        tell.at,
        told.challenge_id,
        told.name,
        told.outcome,
        told.ranked,
        told.rank,
        told.reached_target,
        told.rule_version,
    )
