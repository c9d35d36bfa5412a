"""The differences that rules.rewards applies come to what the facts come to, whatever happened on the way."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from rules import rewards as rewarding
from rules.activity.fact import Fact, Kind
from rules.day import DayFacts, DeviceDay, totals, with_device, with_fact, with_puffs_sealed
from rules.recompute import recompute
from rules.rewards import Rewards
from rules.stats import Count
from rules.streaks import DAILY_KINDS
from rules.tells import ChallengeEnded
from tests.rules.rule_sets import SMALL

START = date(2026, 1, 1)
TODAY = START + timedelta(20)
AT = datetime(2026, 2, 1, tzinfo=UTC)

syncs = st.tuples(
    st.integers(0, 20),
    st.sampled_from(["phone", "watch"]),
    st.sampled_from([0, 500, 999, 1000, 2999, 3000, 4000, 5000, 9000]),
    st.sampled_from([0.0, 0.4, 499.9, 500.0, 950.5]),
)
results = st.builds(
    ChallengeEnded,
    challenge_id=st.sampled_from("abcd"),
    name=st.just("Race"),
    outcome=st.sampled_from(["finished", "finished", "cancelled"]),
    ranked=st.booleans(),
    rank=st.integers(1, 4),
    reached_target=st.booleans(),
    rule_version=st.just("small"),
)
joins = st.sampled_from("abcd")


def synced(days, sync):
    number, device, steps, distance = sync
    day = START + timedelta(number)
    before = days.get(day)
    days[day] = with_device(before or DayFacts(day, 4000, "UTC"), device, DeviceDay(steps, AT, distance))
    return before, days[day]


def play(facts, today_of=lambda _: TODAY):
    """Apply syncs and ended challenges one by one."""
    rewards, days = Rewards("user"), {}
    for fact in facts:
        if isinstance(fact, str):
            rewarding.challenge_joined(rewards, fact, AT, SMALL)
        elif isinstance(fact, ChallengeEnded):
            rewarding.challenge_ended(rewards, fact, AT, SMALL)
        else:
            before, after = synced(days, fact)
            rewarding.day_changed(rewards, before, after, AT, today_of(after.date), SMALL)
    rewarding.day_turned(rewards, TODAY, AT, SMALL)
    return rewards, days


def told(rewards):
    """What a user sees of their rewards, and all of the stats that is not empty."""
    stats = rewards.stats
    return {
        "xp": rewards.xp,
        "badges": {badge: held.times for badge, held in rewards.badges.items()},
        "streaks": {kind: rewarding.streak(rewards, kind, TODAY) for kind in DAILY_KINDS},
        "results": {challenge: result.xp for challenge, result in rewards.results.items()},
        "stats": [
            {name: value for name, value in numbers.items() if value}
            for numbers in (stats.totals, stats.days, stats.streaks, stats.counts, stats.hours)
        ],
    }


def from_scratch(rewards, days):
    ended = [
        ChallengeEnded(challenge, result.name, "finished", result.ranked, result.rank, result.reached_target, "small")
        for challenge, result in rewards.results.items()
    ]
    return recompute("user", days.values(), rewards.joined, ended, TODAY, AT, SMALL, level=rewards.level)


@settings(max_examples=400)
@given(st.lists(st.one_of(syncs, syncs, results, joins), max_size=40))
def test_differences_come_to_what_the_facts_come_to(facts):
    rewards, days = play(facts)
    assert told(rewards) == told(from_scratch(rewards, days))


@settings(max_examples=200)
@given(st.lists(syncs, max_size=40))
def test_time_passing_between_the_syncs_changes_nothing(facts):
    """Days that turn on the way, with streaks that break and are mended by late data, leave no trace."""
    newest = START

    def today_of(day):
        nonlocal newest
        newest = max(newest, day)
        return newest

    rewards, days = play(facts, today_of)
    assert told(rewards) == told(from_scratch(rewards, days))


growing = st.dictionaries(
    st.tuples(st.integers(0, 20), st.sampled_from(["phone", "watch"])), st.integers(0, 9000), max_size=25
)


@settings(max_examples=200)
@given(growing, st.randoms(use_true_random=False))
def test_order_and_repetition_of_syncs_leave_no_trace(totals, random):
    """The last word of each device and day decides; what it said before, how often and when does not."""
    last = [(number, device, steps, steps * 0.7) for (number, device), steps in totals.items()]
    noise = [(number, device, random.randint(0, steps), 0.0) for number, device, steps, _ in last] * 2
    random.shuffle(noise)
    shuffled = last * 2
    random.shuffle(shuffled)
    straight, _ = play(last)
    crooked, _ = play(noise + shuffled)
    one, other = told(straight), told(crooked)
    if straight.level != crooked.level:  # a level once reached is kept, and with it the badge for it
        one["badges"].pop("level", None)
        other["badges"].pop("level", None)
    assert one == other


puffs = st.tuples(st.integers(0, 20), st.integers(0, 47), st.sampled_from([Kind.PUFF, Kind.PUFF, Kind.RUN]))


@given(st.lists(syncs, max_size=10), st.lists(puffs, max_size=30), st.sets(st.integers(0, 20)))
def test_sealed_days_are_worth_what_they_were(synced_days, done, sealed):
    days = {}
    for sync in synced_days:
        synced(days, sync)
    for n, (number, half_hour, kind) in enumerate(done):
        day, at = START + timedelta(number), AT + timedelta(minutes=n)
        metrics = {"puffs": 1.0} if kind is Kind.PUFF else {"runs": 1.0, "distance": 5000.0}
        begun = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=number, minutes=30 * half_hour)
        fact = Fact(f"{n}", kind, day, "UTC", begun, begun, metrics, at)
        days[day] = with_fact(days.get(day) or DayFacts(day, 4000, "UTC"), fact)
    watched = [(START, None)]
    before = recompute("user", days.values(), [], [], TODAY, AT, SMALL, watched=watched)
    for number in sealed:
        day = days.get(START + timedelta(number))
        if day is not None:
            days[day.date] = with_puffs_sealed(day)
            assert totals(days[day.date]) == totals(day)
            assert with_puffs_sealed(days[day.date]) is days[day.date]
    after = recompute("user", days.values(), [], [], TODAY, AT, SMALL, watched=watched)
    assert after == before


def test_counts_beside_days_and_challenges_are_handed_in():
    scratch = recompute("user", [], [], [], TODAY, AT, SMALL, counts={Count.FRIENDS: 3})
    assert list(scratch.badges) == ["friends"]


def test_what_other_parts_gave_is_handed_in():
    rewards = Rewards("user")
    for of in "ab":
        rewarding.award(rewards, "xp.record", of, 70, "a personal record", AT, SMALL)
    rewarding.take_back(rewards, "xp.record", "a", AT, SMALL)
    scratch = recompute("user", [], [], [], TODAY, AT, SMALL, awards=rewards.awards, level=rewards.level)
    assert told(scratch) == told(rewards)


def test_a_cancelled_challenge_was_never_joined():
    ended = ChallengeEnded("a", "Race", "cancelled", False, None, False, "small")
    scratch = recompute("user", [], ["a", "b"], [ended], TODAY, AT, SMALL)
    assert (scratch.joined, scratch.results) == ({"b"}, {})
