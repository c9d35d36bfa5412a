"""Check-ins, and the periods that they belong to."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import group as rules
from rules.activity.commands import DeleteActivity
from rules.activity.fact import Fact, Kind
from rules.days import day_of
from rules.fields import UNSET
from rules.group import checking_in, views
from rules.group.periods import natural, period_at
from rules.refusal import Code
from tests.rules.groups import FOUNDER, ID, WEDNESDAY, Circle, submit

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ZONES = ["UTC", "Europe/Berlin", "Pacific/Apia", "America/Los_Angeles", "Pacific/Kiritimati", "America/Havana"]
FREQUENCIES = ["daily", "weekly", "biweekly"]


def correct(circle: Circle, by: str = FOUNDER, **changes) -> rules.CorrectCheckIn:
    return rules.CorrectCheckIn(activity_id=circle.state.check_ins[by].activity_id, **changes)


# --- periods ---


def test_weeks_begin_on_monday_and_fortnights_are_the_same_for_every_group():
    assert natural("daily", date(2026, 5, 6)) == (date(2026, 5, 6), date(2026, 5, 6))
    assert natural("weekly", date(2026, 5, 6)) == (date(2026, 5, 4), date(2026, 5, 10))
    first, last = natural("biweekly", date(2026, 5, 6))
    assert (first.weekday(), (last - first).days) == (0, 13)
    assert natural("biweekly", last) == (first, last)
    assert natural("biweekly", last + DAY)[0] == last + DAY
    assert natural("biweekly", date(1970, 1, 5)) == (date(1970, 1, 5), date(1970, 1, 18))


@given(
    st.lists(
        st.tuples(st.sampled_from(FREQUENCIES), st.sampled_from(ZONES), st.integers(0, 100)), min_size=1, max_size=12
    ),
    st.integers(0, 18 * 365 * 24 * 60).map(
        lambda minutes: datetime(2011, 12, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
)
def test_whatever_changes_no_day_comes_twice_and_every_period_ends_after_it_began(steps, at):
    """The settings change at will, and the next period is asked for when the one before is over, or later."""
    period = None
    for frequency, zone, hours in steps:
        at = at + timedelta(hours=hours) if period is None else max(at, period.ends_at) + timedelta(hours=hours)
        following = period_at(frequency, zone, at, period)
        assert following.first <= following.last
        assert following.begins_at == at < following.ends_at
        assert at < following.nudge_at < following.ends_at
        assert day_of(following.ends_at, zone) > following.last
        if period is not None:
            assert following.first > period.last
        period = following


def test_periods_follow_each_other_at_their_planned_times():
    circle = Circle(timezone="Europe/Berlin")
    assert circle.days == ("2026-05-04", "2026-05-10")

    circle.at(datetime(2026, 5, 24, 12, tzinfo=UTC))

    assert circle.days == ("2026-05-18", "2026-05-24")
    assert [event.at for event in circle.events[1:]] == [
        datetime(2026, 5, 10, 22, tzinfo=UTC),
        datetime(2026, 5, 17, 22, tzinfo=UTC),
    ]
    assert circle.at(datetime(2026, 5, 24, 21, 59, tzinfo=UTC)).days[1] == "2026-05-24"
    assert circle.at(datetime(2026, 5, 24, 22, tzinfo=UTC)).days[0] == "2026-05-25"


def test_another_frequency_begins_with_the_next_period_and_takes_no_day_twice():
    circle = Circle(check_in_frequency="daily").must(rules.Update(group_id=ID, check_in_frequency="weekly"))
    assert circle.days == ("2026-05-06", "2026-05-06")

    assert circle.at(WEDNESDAY + DAY).days == ("2026-05-07", "2026-05-10")
    assert circle.at(WEDNESDAY + 5 * DAY).days == ("2026-05-11", "2026-05-17")


def test_another_time_zone_begins_with_the_next_period():
    circle = Circle(check_in_frequency="daily").must(rules.Update(group_id=ID, timezone="America/Los_Angeles"))

    circle.at(datetime(2026, 5, 7, 0, tzinfo=UTC))  # still Wednesday in Los Angeles, which has been

    assert circle.days == ("2026-05-07", "2026-05-07")
    assert circle.state.period.ends_at == datetime(2026, 5, 8, 7, tzinfo=UTC)


# --- checking in ---


def test_a_check_in_is_identified_by_user_group_and_period():
    circle = Circle("bob").must(submit()).must(submit(), "bob")
    ids = {check_in.activity_id for check_in in circle.state.check_ins.values()}
    circle.at(WEDNESDAY + 7 * DAY).must(submit())

    ids.add(circle.state.check_ins[FOUNDER].activity_id)
    assert len(ids) == 3


def test_a_second_check_in_in_a_period_is_refused_and_says_what_to_do():
    circle = Circle().must(submit())

    refusal = circle.do(submit(productive=1))

    assert refusal.code is Code.DUPLICATE_CHECKIN
    assert refusal.details == {
        "activityId": circle.state.check_ins[FOUNDER].activity_id,
        "instead": "checkin:update",
    }
    assert circle.at(WEDNESDAY + 7 * DAY).do(submit()) is None


def test_leaving_and_joining_again_gives_no_second_check_in():
    circle = Circle("bob").must(submit(), "bob").must(rules.Leave(ID), "bob").must(rules.Join(ID), "bob")

    assert circle.do(submit(), "bob").code is Code.DUPLICATE_CHECKIN


def test_a_check_in_is_corrected_within_its_period_only():
    circle = Circle().must(submit())
    late = correct(circle, care=1)
    circle.must(correct(circle, care=10, is_private=True))

    check_in = circle.state.check_ins[FOUNDER]
    assert (check_in.care, check_in.productive, check_in.private, check_in.score) == (10, 7, True, 11)
    refusal = circle.at(WEDNESDAY + 7 * DAY).do(late)
    assert refusal.code is Code.WRONG_STATE


def test_who_has_left_corrects_nothing_and_nobody_corrects_for_another():
    circle = Circle("bob").must(submit()).must(submit(), "bob")

    assert circle.do(correct(circle), "bob").code is Code.WRONG_STATE
    own = correct(circle, "bob", care=1)
    assert circle.must(rules.Leave(ID), "bob").do(own, "bob").code is Code.WRONG_STATE


def test_a_correction_that_changes_no_score_is_no_event():
    circle = Circle().must(submit())
    before = len(circle.events)

    assert circle.do(correct(circle, care=3, note="better")) is None
    assert len(circle.events) == before


def test_what_is_taken_back_in_its_period_is_out_of_the_averages():
    circle = Circle("bob").must(submit()).must(submit(productive=1), "bob")

    circle.must(DeleteActivity(circle.state.check_ins[FOUNDER].activity_id))

    assert set(circle.state.check_ins) == {"bob"}
    assert views.present_participation(circle.state)["averages"]["productive"] == 1


def test_one_taken_back_in_its_period_can_be_given_again():
    circle = Circle().must(submit())
    circle.must(DeleteActivity(circle.state.check_ins[FOUNDER].activity_id)).must(submit(care=9))

    assert circle.state.check_ins[FOUNDER].care == 9


def test_one_of_a_period_that_is_over_is_taken_back_without_an_event():
    """The member's own actor does it: what the group shows of that period is what its members keep of it."""
    circle = Circle().must(submit())
    id = circle.state.check_ins[FOUNDER].activity_id
    circle.at(WEDNESDAY + 7 * DAY).must(submit())
    before = len(circle.events)

    assert circle.do(DeleteActivity(id)) is None
    assert len(circle.events) == before
    assert set(circle.state.check_ins) == {FOUNDER}


# --- what others see of it ---


def test_a_private_check_in_counts_in_averages_only():
    circle = Circle("bob", "cleo").must(submit()).must(submit(productive=2, is_private=True), "bob")

    listed = views.check_ins_view(circle.state, rules.CheckIns(ID))
    period = views.present_participation(circle.state)

    assert [each["userId"] for each in listed["checkIns"]] == [FOUNDER]
    assert (period["checkIns"], period["members"], period["rate"]) == (2, 3, 0.6667)
    assert period["averages"] == {"productive": 4.5, "satisfied": 8, "body": 6, "care": 3, "huCaresScore": 15.5}


def test_participation_never_passes_the_whole():
    """Who has checked in and left is still counted among those who could."""
    circle = Circle("bob").must(submit()).must(submit(), "bob").must(rules.Leave(ID), "bob")

    assert views.present_participation(circle.state)["rate"] == 1.0
    over = circle.state.period
    circle.at(WEDNESDAY + 7 * DAY)
    assert (circle.events[-1].before, circle.events[-1].members) == (over, 2)


def test_a_period_nobody_checked_in_in_has_no_averages():
    period = views.present_participation(Circle().state)

    assert "averages" not in period
    assert period["period"] == {"from": "2026-05-04", "to": "2026-05-10"}


def test_check_ins_are_found_by_any_day_of_the_period_and_come_in_pages():
    circle = Circle("bob", "cleo")
    for member in (FOUNDER, "bob", "cleo"):
        circle.must(submit(), member)

    first = views.check_ins_view(circle.state, rules.CheckIns(ID, date(2026, 5, 10), limit=2))
    second = views.check_ins_view(circle.state, rules.CheckIns(ID, date(2026, 5, 4), first["next"], 2))

    assert [each["userId"] for page in (first, second) for each in page["checkIns"]] == [FOUNDER, "bob", "cleo"]
    assert "next" not in second
    assert views.check_ins_view(circle.state, rules.CheckIns(ID, date(2026, 5, 11))).code is Code.VALIDATION_FAILED
    assert views.check_ins_view(circle.state, rules.CheckIns(ID, date(2026, 5, 3))) is None, "the table has it"


def test_a_page_of_periods_begins_in_memory_and_goes_on_in_the_table():
    circle = Circle()

    def page(**query):
        shown, stored = views.participations_view(circle.state, rules.Participation(ID, **query))
        return [each["period"]["from"] for each in shown["periods"]], shown.get("next"), stored

    assert page(periods=9) == (["2026-05-04"], None, None), "there was none before"
    circle.at(WEDNESDAY + 14 * DAY)
    assert page() == (["2026-05-18"], "2026-05-18", None)
    assert page(periods=9) == (["2026-05-18"], None, (date(2026, 5, 18), 8))
    assert page(periods=9, before=date(2026, 5, 18)) == ([], None, (date(2026, 5, 18), 9))
    assert page(periods=9, before=date(2026, 5, 11)) == ([], None, (date(2026, 5, 11), 9))
    assert page(before=date(2030, 1, 1)) == (["2026-05-18"], "2026-05-18", None)


# --- what their own actor hears ---


def test_notes_go_to_the_member_and_are_in_no_event_of_the_group():
    circle = Circle()
    said = submit(note="a long week", mood="🙂", energy=4)
    circle.must(said)

    told = checking_in.told(circle.state, FOUNDER, said, None)

    assert (told.note, told.mood, told.energy, told.frequency) == ("a long week", "🙂", 4, "weekly")
    assert told.period == (date(2026, 5, 4), date(2026, 5, 10))
    assert "a long week" not in repr(circle.events) + repr(circle.state)


@pytest.mark.parametrize(("said", "kept"), [(UNSET, "old"), ("new", "new"), ("", None), (None, None)])
def test_a_correction_keeps_the_note_unless_it_says_otherwise(said, kept):
    circle = Circle().must(submit(note="old"))
    command = correct(circle, note=said)
    was = Fact(command.activity_id, Kind.CHECK_IN, WEDNESDAY.date(), "UTC", WEDNESDAY, WEDNESDAY, {}, WEDNESDAY)
    was.details["note"] = "old"

    assert checking_in.told(circle.state, FOUNDER, command, was).note == kept


# --- reminders ---


def test_reminders_come_a_day_before_a_week_ends_and_four_hours_before_a_day_does():
    weekly, daily = Circle(), Circle(check_in_frequency="daily", now=WEDNESDAY - 12 * HOUR)

    assert weekly.state.period.ends_at - weekly.state.period.nudge_at == 24 * HOUR
    assert daily.state.period.ends_at - daily.state.period.nudge_at == 4 * HOUR
    assert rules.alarms(weekly.state) == {
        "period": datetime(2026, 5, 11, tzinfo=UTC),
        "nudge": datetime(2026, 5, 10, tzinfo=UTC),
    }


def test_a_group_founded_on_the_last_evening_still_has_time_before_the_reminder():
    circle = Circle(now=datetime(2026, 5, 10, 20, tzinfo=UTC))

    assert circle.state.period.nudge_at == datetime(2026, 5, 10, 23, tzinfo=UTC)
