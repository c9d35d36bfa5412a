"""Rule sets that follow each other: what was earned stays earned by the rules of its time, whatever comes late."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from rules import rewards as rewarding
from rules.badges import Badge, Condition, Subject
from rules.day import DayFacts, DeviceDay, with_device
from rules.recompute import recompute
from rules.rewards import Rewards
from rules.rulebook import RuleBook
from rules.streaks import DAILY_KINDS
from rules.tells import ChallengeEnded
from rules.user import blank, evolve
from rules.user.commands import Explain
from rules.user.events import StepsSynced
from rules.user.receipts import explain
from tests.rules.rule_sets import SMALL

START = date(2026, 1, 1)
SWITCH = date(2026, 1, 10)
TODAY = START + timedelta(20)
BEFORE, AFTER = datetime(2026, 1, 9, 23, 59, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)

_STEADY = Badge(
    "steady", "Steady", "Walk 3,000 steps on two days.", "bronze", (Condition(Subject.DAY, "steps", 3000, 2),)
)

LATER = replace(
    SMALL,
    version="later",
    starts_at=datetime(2026, 1, 9, 12, tzinfo=UTC),  # 10 January is the first day that begins with it
    xp=replace(SMALL.xp, steps_per_xp=50, steps_cap=100, daily_goal=7, challenge_finished=1),
    streaks=replace(SMALL.streaks, active_steps=2000, freeze_every=2, milestones=((2, 25), (3, 50), (6, 2000))),
)
BOOK = RuleBook([SMALL, LATER])


def day_of(steps, on):
    return with_device(DayFacts(on, 4000, "UTC"), "phone", DeviceDay(steps, AFTER))


def told(rewards):
    return {
        "xp": rewards.xp,
        "badges": {badge: held.times for badge, held in rewards.badges.items()},
        "streaks": {kind: rewarding.streak(rewards, kind, TODAY) for kind in DAILY_KINDS},
    }


syncs = st.tuples(st.integers(0, 20), st.sampled_from([0, 999, 1000, 1999, 2000, 4000, 9000]), st.booleans())


@settings(max_examples=300)
@given(st.lists(syncs, max_size=40))
def test_whatever_comes_when_it_comes_to_what_the_facts_come_to(facts):
    rewards, days = Rewards("user"), {}
    for number, steps, late in facts:
        on = START + timedelta(number)
        before, days[on] = days.get(on), day_of(steps, on)
        at = AFTER if late else BEFORE
        rewarding.day_changed(rewards, before, days[on], at, TODAY, BOOK.at(at))
    rewarding.day_turned(rewards, TODAY, AFTER, BOOK.newest)
    scratch = recompute("user", days.values(), [], [], TODAY, AFTER, BOOK.newest, level=rewards.level)
    assert told(rewards) == told(scratch)


def walked(*steps_by_day, at=AFTER):
    """A user's syncs, one for each (day, steps), all told at the same time."""
    user = blank("00000000-0000-0000-0000-000000000001")
    for on, steps in steps_by_day:
        evolve(user, StepsSynced(at, on, "phone", steps, 0, 0, 0, review=False), BOOK.newest)
    return user


def test_a_day_is_worth_what_the_rules_of_its_time_say():
    assert walked((SWITCH - timedelta(1), 1000)).rewards.xp == 10
    assert walked((SWITCH, 1000)).rewards.xp == 20


def test_a_correction_takes_back_what_was_given_then():
    old = SWITCH - timedelta(3)
    assert walked((old, 900), (old, 0)).rewards.xp == 0


def test_a_run_is_paid_by_the_rules_of_its_first_day():
    across = [(SWITCH - timedelta(2) + timedelta(n), 2000) for n in range(4)]
    xp = walked(*across).rewards.xp
    assert xp - 2 * 20 - 2 * 40 == 10 + 100  # two and four days in a row, as the older set has it


def test_a_receipt_names_the_version_that_applied():
    user = walked((SWITCH - timedelta(1), 1000), (SWITCH, 1000))
    receipts = explain(user, Explain(subject="xp"), TODAY, BOOK.newest)
    versions = {
        receipt["because"]["date"]: receipt["ruleVersion"] for receipt in receipts if receipt["rule"] == "xp.steps"
    }
    assert versions == {"2026-01-09": "small", "2026-01-10": "later"}


def test_a_new_badge_counts_what_was_done_before():
    book = RuleBook([SMALL, replace(LATER, badges=(*SMALL.badges, _STEADY))])
    rewards, days = Rewards("user"), {}
    for number in range(2):
        on = START + timedelta(number)
        days[on] = day_of(3000, on)
        rewarding.day_changed(rewards, None, days[on], BEFORE - timedelta(1), on, book.at(BEFORE - timedelta(1)))
    assert "steady" not in rewards.badges
    rewarding.day_turned(rewards, SWITCH, AFTER, book.at(AFTER))
    assert "steady" in rewards.badges


def test_a_badge_that_a_new_set_has_no_more_is_kept_and_can_be_explained():
    gone = SMALL.badges[0]
    book = RuleBook([SMALL, replace(LATER, badges=SMALL.badges[1:])])
    user = blank("00000000-0000-0000-0000-000000000001")
    evolve(user, StepsSynced(BEFORE - timedelta(days=1), START, "phone", 9000, 0, 0, 0, review=False), book.newest)
    assert gone.id in user.rewards.badges
    evolve(user, StepsSynced(AFTER, SWITCH, "phone", 500, 0, 0, 0, review=False), book.newest)
    assert gone.id in user.rewards.badges
    receipts = explain(user, Explain(subject="badge"), TODAY, book.newest)
    assert {receipt["rule"]: receipt["ruleVersion"] for receipt in receipts}[f"badge.{gone.id}"] == "small"


def test_a_challenge_pays_by_the_version_that_it_was_played_with():
    rewards = Rewards("user")
    for challenge, version in (("a", "small"), ("b", "later")):
        ended = ChallengeEnded(
            challenge, "Race", "finished", ranked=True, rank=4, reached_target=False, rule_version=version
        )
        rewarding.challenge_ended(rewards, ended, AFTER, BOOK.newest)
    assert {of: result.xp for of, result in rewards.results.items()} == {
        "a": {"xp.challenge.finished": 50},
        "b": {"xp.challenge.finished": 1},
    }
