"""Fitbit exports: every date form gives the same rows, and what cannot be read says where and why."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.fitbit import DailyActivity, FitbitError, HourlySteps, read_daily, read_hourly

HEADER = "Id,ActivityHour,StepTotal"
DAILY = "Id,ActivityDate,TotalSteps,TotalDistance,VeryActiveMinutes,FairlyActiveMinutes,LightlyActiveMinutes,Calories"


def hourly(*rows: str) -> list[HourlySteps]:
    return list(read_hourly([HEADER, *rows]))


@pytest.mark.parametrize(
    "written",
    [
        "4/12/2016 1:00:00 PM",
        "04/12/2016 01:00 pm",
        "4/12/16 13:00",
        "2016-4-12 13:00",
        "2016-04-12 13:00:00",
        "2016-04-12T13:00",
        "2016-04-12T13:00:00",
        "2016-04-12T13:00:00.000",
        "2016-04-12T13:00:00Z",
        "2016-04-12T15:00:00+02:00",
        "2016-04-12T08:00-0500",
        " 2016-04-12 13:00 ",
    ],
)
def test_every_date_form_means_the_same_hour(written: str) -> None:
    assert hourly(f"1503960366,{written},373") == [
        HourlySteps("1503960366", datetime(2016, 4, 12, 13, tzinfo=UTC), 373)
    ]


@pytest.mark.parametrize(
    ("written", "hour"), [("12:00:00 AM", 0), ("1:00:00 AM", 1), ("12:00:00 PM", 12), ("11:00:00 PM", 23)]
)
def test_midnight_and_noon_are_twelve_am_and_twelve_pm(written: str, hour: int) -> None:
    assert hourly(f"1,4/12/2016 {written},5")[0].hour == datetime(2016, 4, 12, hour, tzinfo=UTC)


def test_blank_lines_a_byte_order_mark_and_more_columns_do_no_harm() -> None:
    lines = ["\ufeffid,Note,STEPTOTAL,ActivityHour\r\n", "\r\n", 'a1,"x, y",7,2016-04-12 0:00\r\n', "\n"]

    assert list(read_hourly(lines)) == [HourlySteps("a1", datetime(2016, 4, 12, tzinfo=UTC), 7)]


def test_a_row_that_repeats_another_exactly_counts_once() -> None:
    assert len(hourly("1,2016-04-12 0:00,5", "1,4/12/2016 12:00:00 AM,5", "2,2016-04-12 0:00,5")) == 2


def test_two_rows_that_disagree_about_an_hour_are_an_error_naming_both() -> None:
    with pytest.raises(FitbitError, match=r"line 4: 6 steps for 1 at .*but line 2 says 5") as caught:
        hourly("1,2016-04-12 0:00,5", "1,2016-04-12 1:00,5", "1,4/12/2016 12:00:00 AM,6")
    assert caught.value.line == 4


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("1,2016-02-30 0:00,5", "no such day"),
        ("1,2016-04-12 24:00,5", "no such time"),
        ("1,4/12/2016 13:00:00 PM,5", "no 13 o'clock"),
        ("1,4/12/2016 0:00:00 AM,5", "no 0 o'clock"),
        ("1,13/4/2016 0:00,5", "month/day/year"),
        ("1,2016-04-12 0:30,5", "full hour"),
        ("1,2016-04-12T00:00+05:30,5", "full hour in UTC"),
        ("1,2016-04-12T00:00+25:00,5", "time zone"),
        ("1,1916-04-12 0:00,5", "year 1916"),
        ("1,yesterday,5", "must be a time like"),
        ("1,2016-04-12,5", "must be a time like"),
        ("1,2016-04-12 0:00,-5", "whole number"),
        ("1,2016-04-12 0:00,5.5", "whole number"),
        ("1,2016-04-12 0:00,", "whole number"),
        ("1,2016-04-12 0:00,99999999999999999999", "whole number"),
        ("someone else,2016-04-12 0:00,5", "Id must be"),
        (",2016-04-12 0:00,5", "Id must be"),
        ("1,2016-04-12 0:00", "2 columns where the header has 3"),
        ('1,"2016-04-12 0:00,5', "unexpected end"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(row: str, problem: str) -> None:
    with pytest.raises(FitbitError, match=problem) as caught:
        hourly("9,2016-04-12 0:00,5", row)
    assert caught.value.line == 3


@pytest.mark.parametrize("lines", [[], ["", "  "]])
def test_an_empty_file_is_an_error(lines: list[str]) -> None:
    with pytest.raises(FitbitError, match="empty"):
        list(read_hourly(lines))


def test_a_file_of_something_else_says_which_columns_it_lacks() -> None:
    with pytest.raises(FitbitError, match="lacks ActivityHour, StepTotal"):
        list(read_hourly(["Id,ActivityDate,TotalSteps"]))


def test_rows_come_while_the_file_is_still_being_read() -> None:
    """A large export is streamed: an error at its end does not hold back its beginning."""
    rows = read_hourly(iter([HEADER, "1,2016-04-12 0:00,5", "broken"]))

    assert next(rows).steps == 5
    with pytest.raises(FitbitError):
        next(rows)


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2199, 12, 31)),  # noqa: DTZ001 - the zone is added by the reader
    st.integers(0, 100_000),
)
def test_any_hour_reads_the_same_in_all_forms(moment: datetime, steps: int) -> None:
    hour = moment.replace(minute=0, second=0, microsecond=0)
    twelve = f"{hour.month}/{hour.day}/{hour.year} {hour.hour % 12 or 12}:00:00 {'PM' if hour.hour >= 12 else 'AM'}"
    forms = [twelve, f"{hour.year}-{hour.month}-{hour.day} {hour.hour}:00", hour.isoformat()]

    assert {row for form in forms for row in hourly(f"1,{form},{steps}")} == {
        HourlySteps("1", hour.replace(tzinfo=UTC), steps)
    }


@given(st.text())
def test_nothing_but_a_fitbit_error_comes_out_of_garbage(cell: str) -> None:
    with suppress(FitbitError):
        hourly(f"1,{cell},5")


@pytest.mark.parametrize("written", ["4/12/16", "4/12/2016", "2016-4-12", "2016-04-12", "4/12/2016 12:00:00 AM"])
def test_daily_activity_reads_every_date_form(written: str) -> None:
    assert list(read_daily([DAILY, f"1,{written},13162,8.5,25,13,328,1985"])) == [
        DailyActivity("1", date(2016, 4, 12), 13162, 8.5, 1985, 366)
    ]


def test_a_second_row_for_a_day_is_an_error() -> None:
    row = "1,4/12/16,1,0,0,0,0,0"

    with pytest.raises(FitbitError, match="line 3: a second row for 1"):
        list(read_daily([DAILY, row, row]))


def test_distances_that_are_no_numbers_are_named() -> None:
    for distance in ("far", "nan", "inf", "-1", ""):
        with pytest.raises(FitbitError, match="TotalDistance"):
            list(read_daily([DAILY, f"1,4/12/16,1,{distance},0,0,0,0"]))


def test_an_offset_moves_an_hour_to_its_day_in_utc() -> None:
    east, west = hourly("1,2016-04-12T00:00+02:00,5", "1,2016-04-12T23:00-02:00,5")

    assert east.hour == datetime(2016, 4, 11, 22, tzinfo=UTC)
    assert west.hour - east.hour == timedelta(hours=27)
