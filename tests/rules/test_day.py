from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from rules.day import (
    DayFacts,
    DeviceDay,
    in_review,
    leading_device,
    steps_activity_id,
    totals,
    whole_totals,
    with_device,
    without_device,
)

DAY = date(2026, 5, 1)
AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
devices = st.builds(
    DeviceDay,
    steps=st.integers(0, 50_000),
    at=st.just(AT),
    distance=st.floats(0, 50_000),
    calories=st.floats(0, 5000),
    active_minutes=st.integers(0, 1440),
)


@given(st.dictionaries(st.sampled_from("abc"), devices))
def test_the_value_of_a_day_is_the_highest_devices_for_each_metric(day):
    values = totals(DayFacts(DAY, 8000, "UTC", day))
    assert values["steps"] == max([0, *(device.steps for device in day.values())])
    assert values["distance"] == max([0, *(device.distance for device in day.values())])
    assert values["calories"] == max([0, *(device.calories for device in day.values())])
    assert values["activeMinutes"] == max([0, *(device.active_minutes for device in day.values())])
    assert whole_totals(DayFacts(DAY, 8000, "UTC", day)) == {metric: int(value) for metric, value in values.items()}


@given(st.lists(st.tuples(st.sampled_from("abc"), devices)))
def test_a_sync_replaces_only_its_own_devices_totals_and_leaves_the_old_facts_alone(syncs):
    day, last = DayFacts(DAY, 8000, "UTC"), {}
    for device, synced in syncs:
        before = dict(day.devices)
        after = with_device(day, device, synced)
        assert day.devices == before
        day, last[device] = after, synced
    assert day.devices == last
    for device in last:
        assert device not in without_device(day, device).devices


def test_a_day_is_in_review_when_the_device_that_counts_is():
    day = DayFacts(DAY, 8000, "UTC", {"a": DeviceDay(9, AT, review=True), "b": DeviceDay(10, AT)})
    assert leading_device(day) == "b"
    assert not in_review(day)
    assert in_review(with_device(day, "a", DeviceDay(11, AT, review=True)))
    assert not in_review(DayFacts(DAY, 8000, "UTC"))


def test_a_steps_activity_is_known_by_user_day_and_device():
    assert steps_activity_id("u", DAY, "phone") == steps_activity_id("u", DAY, "phone")
    assert len({steps_activity_id(user, DAY, device) for user in "uv" for device in "ab"}) == 4
