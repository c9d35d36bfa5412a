"""What a tally does to a participant, and to what all have together. In place, as `evolve` is."""

from datetime import date, datetime

from rules import counting
from rules.activity.fact import Kind
from rules.challenge.events import ActivityTallied, DayTallied, Mode
from rules.challenge.scores import score_of, units
from rules.challenge.state import Challenge, Counts, Done, Participant, Reviewed

A_DAY = Kind.STEPS.value  # under review: what devices say of a day


def whole_day(challenge: Challenge, event: DayTallied) -> None:
    participant = challenge.participants[event.user_id]
    counted = participant.days.get(event.date, counting.NOTHING)
    if event.counted:
        counted = counting.add(counted, event.before, event.after)
    elif event.after < event.before:
        counted = counting.cut(counted, event.after)
    if counted:
        participant.days[event.date] = counted
    else:
        participant.days.pop(event.date, None)
    others = tuple(marked for marked in participant.reviewed if (marked.kind, marked.date) != (A_DAY, event.date))
    marked = event.review and event.date in participant.days
    participant.reviewed = (*others, Reviewed(event.date, event.activity_id, A_DAY)) if marked else others
    challenge.revision += 1
    score_again(challenge, participant, event.at)


def activity(challenge: Challenge, event: ActivityTallied) -> None:
    participant = challenge.participants[event.user_id]
    done = participant.done or Done()
    known = done.activities.pop(event.activity_id, None)
    if known is not None:
        _add(done, known.date, -known.units)
    if event.counted:
        counts = done.activities[event.activity_id] = Counts(event.date, units(event.amount))
        _add(done, counts.date, counts.units)
    participant.done = done if done.activities else None
    others = tuple(marked for marked in participant.reviewed if marked.activity_id != event.activity_id)
    marked = event.review and event.counted
    participant.reviewed = (*others, Reviewed(event.date, event.activity_id, event.kind)) if marked else others
    challenge.revision += 1
    score_again(challenge, participant, event.at)


def _add(done: Done, day: date, amount: int) -> None:
    """A day at 0 is as good as none."""
    if total := done.by_day.get(day, 0) + amount:
        done.by_day[day] = total
    else:
        done.by_day.pop(day, None)


def score_again(challenge: Challenge, participant: Participant, at: datetime) -> None:
    """What counts for them has changed at `at`."""
    score = score_of(challenge, participant)
    if score == participant.score:
        return
    uncount(challenge, participant)
    participant.score, participant.reached_at = score, at
    count(challenge, participant)
    target = challenge.terms.target
    if target is None or score < target:
        participant.target_at = None
    elif participant.target_at is None:
        participant.target_at = at


def count(challenge: Challenge, participant: Participant) -> None:
    """Into what all have together."""
    if challenge.terms.mode is Mode.COLLECTIVE and not participant.disqualified:
        challenge.total += units(participant.score)


def uncount(challenge: Challenge, participant: Participant) -> None:
    if challenge.terms.mode is Mode.COLLECTIVE and not participant.disqualified:
        challenge.total -= units(participant.score)
