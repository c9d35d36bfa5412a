"""A user: what their commands lead to, and what follows from it."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rules.asked import Asked
from rules.refusal import Code, Refusal
from rules.user import User, blank, evolve, today_of, views
from rules.user.commands import (
    NotificationChanges,
    PrivacyChanges,
    QuietHours,
    Register,
    SyncSteps,
    UpdatePreferences,
    UpdateProfile,
)
from rules.user.decide import MOST_DEVICES, decide
from rules.user.events import ChallengeEntered, ChallengeExited, DayTurned, StepsSynced, UserRenamed
from tests.rules.rule_sets import DEFAULT

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
TODAY = NOON.date()


class Player:
    """A user and their clock."""

    def __init__(self, zone: str = "UTC") -> None:
        self.user: User = blank("00000000-0000-0000-0000-000000000001")
        self.now = NOON
        self.do(Register("ann", "Ann", zone))

    def do(self, command, device: str = "phone"):
        """Decide and apply; returns the events, or the refusal."""
        decision = decide(self.user, command, Asked(self.now, device, DEFAULT, lambda: "new"))
        if not isinstance(decision, Refusal):
            for event in decision:
                evolve(self.user, event, DEFAULT)
        return decision

    def sync(self, steps: int, day: date = TODAY, **more):
        return self.do(SyncSteps(day, steps, **more))

    def later(self, **time) -> "Player":
        self.now += timedelta(**time)
        return self

    def today(self):
        day = today_of(self.user, self.now)
        return views.day_totals(day, self.user.days.get(day))


def test_a_sync_is_one_fact_and_a_repeated_one_is_none():
    player = Player()
    (event,) = player.sync(5000)
    assert isinstance(event, StepsSynced)
    assert player.sync(5000) == []
    assert player.today()["steps"] == 5000


def test_the_day_is_worth_its_highest_device_and_never_a_sum():
    player = Player()
    player.sync(5000)
    player.sync(4000, device="watch")
    assert player.today()["steps"] == 5000
    player.later(hours=1).sync(7000, device="watch")
    assert player.today()["steps"] == 7000


def test_what_a_device_does_not_say_it_does_not_replace():
    player = Player()
    player.sync(5000, distance_meters=3500.0, active_minutes=40)
    player.later(minutes=5).sync(5500)
    assert (player.today()["distance"], player.today()["activeMinutes"]) == (3500, 40)


def test_a_lower_total_takes_back_what_it_had_earned():
    player = Player()
    player.sync(12_000)
    assert player.user.rewards.xp == 120 + 50
    player.sync(3000)
    assert player.user.rewards.xp == 30


def test_the_future_and_the_distant_past_are_refused():
    player = Player()
    assert player.sync(1, TODAY + timedelta(days=1)).code is Code.IMPLAUSIBLE_ACTIVITY
    refusal = player.sync(1, TODAY - timedelta(days=15))
    assert (refusal.code, refusal.details["fields"][0]["path"]) == (Code.VALIDATION_FAILED, "date")
    assert not isinstance(player.sync(1, TODAY - timedelta(days=14)), Refusal)


def test_a_day_takes_so_many_devices_and_no_more():
    player = Player()
    for n in range(MOST_DEVICES):
        assert not isinstance(player.sync(100, device=f"device {n}"), Refusal)
    assert player.sync(100, device="one more").details["fields"][0]["path"] == "device"
    assert not isinstance(player.sync(90, device="device 3"), Refusal)


def test_a_new_goal_counts_from_today_and_leaves_earlier_days_alone():
    player = Player()
    player.sync(6000, TODAY - timedelta(days=1))
    player.sync(6000)
    player.do(UpdatePreferences(daily_step_goal=5000))
    assert player.user.rewards.xp == 60 + 60 + 50
    player.do(UpdatePreferences(daily_step_goal=7000))
    assert player.user.rewards.xp == 120


def test_preferences_keep_what_is_left_out():
    player = Player()
    player.do(
        UpdatePreferences(notifications=NotificationChanges(social=False), quiet_hours=QuietHours("22:00", "07:00"))
    )
    player.do(UpdatePreferences(privacy=PrivacyChanges(profile="private"), units="imperial"))
    shown = views.preferences(player.user)
    assert shown["notifications"]["social"] is False
    assert shown["notifications"]["rewards"] is True
    assert shown["quietHours"] == {"from": "22:00", "to": "07:00"}
    assert (shown["privacy"]["profile"], shown["units"]) == ("private", "imperial")
    for none in (QuietHours("07:00", "07:00"), None):
        player.do(UpdatePreferences(quiet_hours=QuietHours("22:00", "07:00")))
        player.do(UpdatePreferences(quiet_hours=none))
        assert "quietHours" not in views.preferences(player.user)


def test_a_picture_can_be_taken_away():
    player = Player()
    player.do(UpdateProfile(avatar_url="https://example.org/ann.png"))
    player.do(UpdateProfile(display_name="Anna"))
    assert views.public(player.user)["avatarUrl"] == "https://example.org/ann.png"
    player.do(UpdateProfile(avatar_url=None))
    assert "avatarUrl" not in views.public(player.user)


def test_an_update_that_changes_nothing_is_no_fact():
    player = Player()
    assert player.do(UpdateProfile(display_name="Ann", timezone="UTC")) == []
    assert player.do(UpdatePreferences(daily_step_goal=10_000)) == []


def test_registering_again_is_harmless_and_a_new_name_is_taken_over():
    player = Player()
    assert player.do(Register("ann", "Somebody Else")) == []
    (renamed,) = player.do(Register("anna", "Anna"))
    assert isinstance(renamed, UserRenamed)
    assert views.public(player.user)["displayName"] == "Anna"


def test_travelling_west_never_gives_the_same_day_twice():
    player = Player("Pacific/Auckland")
    player.now = datetime(2026, 5, 4, 13, tzinfo=UTC)  # the 5th there
    player.sync(1000, date(2026, 5, 5))
    player.do(UpdateProfile(timezone="America/Los_Angeles"))  # the 4th there
    assert today_of(player.user, player.now) == date(2026, 5, 5)
    player.later(days=1)
    assert today_of(player.user, player.now) == date(2026, 5, 5)
    player.later(days=1)
    assert today_of(player.user, player.now) == date(2026, 5, 6)


def test_the_end_of_the_day_matters_while_a_streak_is_alive():
    player = Player("Europe/Berlin")
    player.sync(500)
    assert player.user.turns_at is None
    player.later(hours=1).sync(1500)
    assert player.user.turns_at == datetime(2026, 5, 4, 22, tzinfo=UTC)
    for _ in range(2):
        player.now = player.user.turns_at
        evolve(player.user, DayTurned(player.now, today_of(player.user, player.now)), DEFAULT)
    assert player.user.turns_at is None  # the day after the missed one: nothing left to lose


def test_a_challenge_that_was_left_leaves_no_trace():
    player, fresh = Player(), Player()
    for event in (ChallengeEntered(NOON, "c", "steps"), ChallengeExited(NOON, "c")):
        evolve(player.user, event, DEFAULT)
    fresh.user.rewards.stats.counts = player.user.rewards.stats.counts  # zeros
    assert player.user == fresh.user


syncs = st.lists(
    st.tuples(st.integers(0, 14), st.sampled_from(["phone", "watch"]), st.integers(0, 40_000)), min_size=1, max_size=25
)


@given(syncs, st.randoms(use_true_random=False))
def test_the_order_of_days_and_devices_makes_no_difference(facts, random):
    """The last word of each device about each day is all that counts."""
    last = {(day, device): steps for day, device, steps in facts}

    def played(order):
        user = blank("00000000-0000-0000-0000-000000000001")
        for day, device, steps in order:
            event = StepsSynced(NOON, TODAY - timedelta(days=day), device, steps, 0, 0, 0, False)
            evolve(user, event, DEFAULT)
        return user

    shuffled = [(*key, steps) for key, steps in last.items()]
    random.shuffle(shuffled)
    one, other = played(facts), played(shuffled)
    assert {day: dict(value.devices) for day, value in one.days.items()} == {
        day: dict(value.devices) for day, value in other.days.items()
    }
    assert one.rewards.xp == other.rewards.xp
    assert views.streaks(one, TODAY) == views.streaks(other, TODAY)
    totals = [{metric: n for metric, n in user.rewards.stats.totals.items() if n} for user in (one, other)]
    assert totals[0] == totals[1]
