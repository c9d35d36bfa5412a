"""Who stands where in a challenge.

Equal places share a rank (1, 2, 2, 4), and are listed by who got there first.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from rules.challenge.events import Mode
from rules.challenge.scores import days_of
from rules.challenge.state import UNIT, Challenge, Participant
from rules.ids import UserId

# Sorts the standings: group, measure (the less the better), when they got there, user id.
# Who shares group and measure shares a rank.
Place: TypeAlias = tuple[int, float, float, UserId]

# Groups. Whoever has dropped out stands in one of their round, the later the better; the last two have no rank.
AT_TARGET, BY_SCORE, DROPPED_OUT, UNLOGGED, DISQUALIFIED = 0, 1, 1000, 1001, 1002


def place(mode: Mode, participant: Participant) -> Place:
    """Where the participant belongs."""
    reached = participant.reached_at.timestamp()
    if participant.disqualified:
        return (DISQUALIFIED, 0.0, reached, participant.user_id)
    if mode is Mode.RACE and participant.target_at is not None:
        at = participant.target_at.timestamp()
        return (AT_TARGET, at, at, participant.user_id)
    if mode is Mode.LEAST:
        if not participant.logged:
            return (UNLOGGED, 0.0, reached, participant.user_id)
        return (BY_SCORE, participant.score, reached, participant.user_id)
    if participant.out is not None:
        return (DROPPED_OUT - participant.out, -participant.score, reached, participant.user_id)
    return (BY_SCORE, -participant.score, reached, participant.user_id)


def is_ranked(place: Place) -> bool:
    return place[0] < UNLOGGED


def shares_rank(one: Place, other: Place) -> bool:
    return one[:2] == other[:2]


def start_of_group(place: Place) -> Place:
    """Sorts before everyone who shares the rank, and after everyone better."""
    return (*place[:2], float("-inf"), "")


def end_of_group(place: Place) -> Place:
    """Sorts after everyone who shares the rank, and before everyone worse."""
    return (*place[:2], float("inf"), "")


def ranked(places: Iterable[Place], index: int = 0, rank: int = 1) -> Iterator[tuple[int | None, UserId]]:
    """(rank, user) of consecutive places, the first of which has this index (from 0) and this rank."""
    before: Place | None = None
    for here, one in enumerate(places, index):
        if before is not None and not shares_rank(before, one):
            rank = here + 1
        before = one
        yield (rank if is_ranked(one) else None), one[3]


def earns(mode: Mode, participant: Participant) -> bool:
    """Does the final result bring rewards? Who is at 0, unranked or disqualified gets none.

    In an elimination the score is that of a round alone; who logged anything at all has played.
    """
    scored = participant.logged if mode is Mode.ELIMINATION else participant.score > 0
    return scored and is_ranked(place(mode, participant))


def earns_place(mode: Mode, participant: Participant) -> bool:
    """… and is their place worth anything? Where all play together there are none.

    In an elimination, who did nothing in the round that decided about them has outlasted others, and beaten nobody.
    """
    return mode is not Mode.COLLECTIVE and (mode is not Mode.ELIMINATION or participant.score > 0)


def reached_target(challenge: Challenge, participant: Participant, team_score: float = 0) -> bool:
    """Was it reached by them, by all together, or by their team?

    In `least` the target is a limit, and staying below it is what counts; a streak has to last from first to last day.
    """
    target, score = challenge.terms.target, participant.score
    if participant.disqualified or not participant.logged:
        return False
    match challenge.terms.mode:
        case Mode.STREAK:
            return score >= days_of(challenge, participant.zone)
        case _ if target is None:
            return False
        case Mode.LEAST:
            return score <= target
        case Mode.COLLECTIVE:
            return score > 0 and challenge.total >= round(target * UNIT)
        case Mode.TEAMS:
            return score > 0 and team_score >= target
        case _:
            return score >= target


def gap(mode: Mode, target: float | None, mine: Participant, better: Participant) -> float | None:
    """How much is missing to the score of someone better; in a race nobody needs more than the target."""
    if mode is Mode.RACE and mine.target_at is not None:
        return None  # first come, first placed: nothing can be made up
    if mine.out is not None:
        return None  # nor can it by who has dropped out
    if mode is Mode.LEAST:
        return mine.score - better.score
    goal = better.score if mode is not Mode.RACE or target is None else min(better.score, target)
    return goal - mine.score


def share_reached(
    target: float | None, before: float, after: float, shares: Sequence[int] = (25, 50, 75)
) -> int | None:
    """The highest share of the target, in per cent, that a score has just passed; None at the target itself."""
    if target is None or after >= target:
        return None
    return max((share for share in shares if before < target * share / 100 <= after), default=None)


def standings(mode: Mode, participants: Iterable[Participant]) -> list[tuple[int | None, UserId]]:
    """The whole list, from scratch."""
    return list(ranked(sorted(place(mode, participant) for participant in participants)))
