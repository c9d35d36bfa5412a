"""Why a day counted for a streak or not, and what brought a badge about."""

from datetime import date, timedelta

from rules.activity.commands import DeleteActivity, RecordPuff
from rules.day import steps_activity_id
from rules.records.bests import NOTHING, judge, with_set
from rules.records.events import ExerciseLifted
from rules.user import today_of
from rules.user.commands import Explain, UpdatePreferences
from rules.user.events import ChallengeEntered
from rules.user.receipts import explain
from tests.rules.rule_sets import DEFAULT
from tests.rules.test_activities import Active
from tests.rules.test_user import TODAY


def told(player: Active, **asked) -> list[dict]:
    asked = {"subject": "streak", **asked}
    return explain(player.user, Explain(**asked), today_of(player.user, player.now), DEFAULT)


def of(player: Active, rule: str, day: date) -> dict:
    """The receipt of the day itself."""
    found = [each for each in told(player, date=day) if each["rule"] == rule and str(day) in each["text"][:10]]
    assert len(found) == 1
    return found[0]


def test_a_day_names_the_steps_that_made_it_count():
    player = Active("Europe/Ljubljana")
    player.sync(4000)
    receipt = of(player, "streak.active", TODAY)
    assert (receipt["counted"], receipt["text"]) == (True, f"{TODAY} counted for the active streak: 4,000 steps.")
    assert receipt["because"] == {
        "activityId": steps_activity_id(player.user.id, TODAY, "phone"),
        "date": TODAY.isoformat(),
        "timezone": "Europe/Ljubljana",
    }
    missed = of(player, "streak.stepsGoal", TODAY)
    assert not missed["counted"]
    assert missed["text"].endswith("so far: 4,000 steps, of a goal of 10,000.")


def test_a_day_names_the_activity_that_made_it_count_and_it_names_the_day():
    player = Active()
    (run,) = player.runs(5)
    receipt = of(player, "streak.active", TODAY)
    assert receipt["text"].endswith("a run.")
    assert receipt["because"]["activityId"] == run.activity.id
    assert [each["id"] for each in told(player, activity_id=run.activity.id)] == [receipt["id"]]
    player.do(DeleteActivity(run.activity.id))
    assert not of(player, "streak.active", TODAY)["counted"]


def test_a_missed_day_says_whether_a_freeze_saved_it():
    player = Active()
    for _ in range(10):
        player.sync(2000, player.now.date())
        player.next_day()
    saved, lost = player.now.date(), player.now.date() + timedelta(days=1)
    player.next_day()
    assert of(player, "streak.active", saved)["text"].startswith(f"{saved} was missed and frozen")
    player.next_day()
    receipt = of(player, "streak.active", lost)
    assert (receipt["counted"], "frozen" in receipt["text"]) == (False, False)
    assert "needs 1,000 steps" in receipt["text"]


def test_weeks_of_workouts_say_what_they_have():
    player = Active()
    player.works_out()
    assert of(player, "streak.workoutWeek", TODAY)["text"].endswith(f"from {TODAY} on, has 1 of 3 workouts.")


def test_a_puff_free_day_says_why_it_is_none():
    player = Active()
    assert not [each for each in told(player, date=TODAY) if each["rule"] == "streak.puffFree"]
    player.do(UpdatePreferences(track_puffs=True))
    assert "not tracked all day" in of(player, "streak.puffFree", TODAY)["text"]
    player.next_day()
    clean = player.now.date()
    assert "when it is over" in of(player, "streak.puffFree", clean)["text"]
    player.next_day()
    assert of(player, "streak.puffFree", clean)["counted"]
    player.do(RecordPuff())
    assert of(player, "streak.puffFree", player.now.date())["text"].endswith("so far: it had 1 puff.")


def test_a_check_in_counts_for_its_period():
    player = Active()
    player.checks_in(TODAY)
    (receipt,) = [each for each in told(player, date=TODAY) if "checked in" in each["text"]]
    assert receipt["counted"]
    assert receipt["because"]["activityId"] in player.user.activities
    later = TODAY + timedelta(days=60)
    player.later(days=60)
    (receipt,) = [each for each in told(player, date=later) if "check in" in each["text"]]
    assert not receipt["counted"]


def test_days_to_come_have_nothing_to_say():
    assert told(Active(), date=TODAY + timedelta(days=1)) == []


def test_a_badge_names_what_brought_it_about():
    player = Active()
    (run,) = player.runs(5)
    badges = told(player, subject="badge")
    assert badges
    assert all(
        each["because"] == {"activityId": run.activity.id, "date": str(TODAY), "timezone": "UTC"} for each in badges
    )
    assert told(player, subject="badge", activity_id=run.activity.id) == badges
    player.runs(5, ago=timedelta(hours=3))  # recorded at the same moment
    assert told(player, subject="badge") == badges


def test_a_badge_for_steps_names_them_however_often_their_device_has_synced_since():
    player = Active()
    (synced,) = player.sync(1500)
    player.later(hours=3).sync(4000)
    (badge,) = told(player, subject="badge")
    assert badge["because"] == {
        "activityId": steps_activity_id(player.user.id, synced.date, "phone"),
        "date": str(TODAY),
        "timezone": "UTC",
    }


def test_a_badge_for_a_challenge_names_it():
    player = Active()
    player.happens(ChallengeEntered(player.now, "c", "steps"))
    (badge,) = told(player, subject="badge")
    assert badge["because"] == {"challengeId": "c", "date": str(TODAY), "timezone": "UTC"}


def test_a_record_names_its_day():
    player = Active("Pacific/Auckland")
    best = with_set(NOTHING, 100, 5)
    player.happens(ExerciseLifted(player.now, "s", "squat", "Squat", best, judge(NOTHING, NOTHING, 100, 5)))
    awards = told(player, subject="xp", date=TODAY + timedelta(days=1))  # it is past midnight there
    assert [each["rule"] for each in awards] == ["xp.record", "xp.record"]
    assert all(each["because"]["timezone"] == "Pacific/Auckland" for each in awards)
