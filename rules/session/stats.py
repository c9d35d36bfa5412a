"""Live numbers of an athlete in a session, from their sets and the time."""

from dataclasses import dataclass
from datetime import datetime

from rules.session.state import Athlete, Session, active_seconds, session_records

WEIGHT = 70.0  # kg; nobody is asked for theirs
MET_LIGHT, MET_MODERATE, MET_VIGOROUS = 3.5, 5.0, 6.0
MODERATE_FROM, VIGOROUS_FROM = 5.0, 8.0  # average RPE


@dataclass(frozen=True, slots=True)
class Stats:
    """Kilograms lifted in all, kilocalories, seconds without pauses."""

    volume: float
    sets: int
    reps: int
    average_rpe: float | None
    calories: int
    active_seconds: float
    records: int


def stats(session: Session, athlete: Athlete, at: datetime) -> Stats:
    """As of `at`; later than the end of their part makes no difference."""
    done = [each for training in athlete.exercises for each in training.sets]
    efforts = [each.rpe for each in done if each.rpe is not None]
    effort = sum(efforts) / len(efforts) if efforts else None
    until = active_seconds(session, at) if athlete.here else athlete.left_after
    active = max(0.0, until - athlete.joined_after)
    return Stats(
        volume=round(sum((each.weight or 0.0) * (each.reps or 0) for each in done), 2),
        sets=len(done),
        reps=sum(each.reps or 0 for each in done),
        average_rpe=None if effort is None else round(effort, 1),
        calories=calories(active, effort),
        active_seconds=active,
        records=sum(len(session_records(training)) for training in athlete.exercises),
    )


def calories(active: float, effort: float | None) -> int:
    """Whole kilocalories: MET · 70 kg · hours.

    Resistance training is 3.5 MET light, 5 moderate and 6 vigorous (Compendium of Physical Activities, 02050 to 02054);
    which of them it was, the average RPE says. Without any it counts as light.
    """
    met = MET_LIGHT if effort is None or effort < MODERATE_FROM else MET_MODERATE
    if effort is not None and effort >= VIGOROUS_FROM:
        met = MET_VIGOROUS
    return round(met * WEIGHT * active / 3600)
