from datetime import UTC, date, datetime, timedelta

from rules import receipts
from rules import rewards as rewarding
from rules.day import DayFacts, DeviceDay, steps_activity_id
from rules.rewards import BadgeEarned, ChallengeResult, Rewards, XpChanged
from rules.tells import ChallengeEnded
from tests.rules.rule_sets import DEFAULT

START = date(2026, 5, 1)
AT = datetime(2026, 5, 1, 20, tzinfo=UTC)
DAY = DayFacts(
    START,
    8000,
    "Europe/Berlin",
    {"phone": DeviceDay(31_000, AT), "watch": DeviceDay(65_000, AT, review=True)},
)


def test_a_day_tells_what_counted_and_what_did_not():
    told = {receipt["rule"]: receipt for receipt in receipts.day_receipts("user", DAY, DEFAULT)}
    assert {rule: (receipt["amount"], receipt["counted"]) for rule, receipt in told.items()} == {
        "xp.steps": (300, True),
        "xp.steps.cap": (350, False),
        "xp.dailyGoal": (50, True),
        "steps.highestDevice": (31_000, False),
        "steps.review": (65_000, True),
    }
    assert told["xp.steps"]["because"] == {
        "activityId": steps_activity_id("user", START, "watch"),
        "date": "2026-05-01",
        "timezone": "Europe/Berlin",
        "cap": 300,
    }
    assert told["steps.highestDevice"]["because"]["activityId"] == steps_activity_id("user", START, "phone")
    assert told["xp.steps"]["at"] == "2026-05-01T20:00:00Z"
    assert all(receipt["text"].endswith(".") and receipt["ruleVersion"] == "2026-1" for receipt in told.values())
    assert len({receipt["id"] for receipt in told.values()}) == len(told)


def test_a_day_without_devices_has_nothing_to_tell():
    assert receipts.day_receipts("user", DayFacts(START, 8000, "UTC"), DEFAULT) == []


def test_every_change_names_a_receipt_that_can_be_asked_for():
    rewards = Rewards("user")
    told = []
    for number in range(8):
        day = DayFacts(START + timedelta(number), 8000, "UTC", {"phone": DeviceDay(9000, AT)})
        told += rewarding.day_changed(rewards, None, day, AT, day.date, DEFAULT)
    ended = ChallengeEnded("c", "Race", "finished", True, 2, True, "2026-1")
    told += rewarding.challenge_ended(rewards, ended, AT, DEFAULT)

    known = {
        receipt["id"]: receipt
        for number in range(8)
        for receipt in receipts.day_receipts(
            "user", DayFacts(START + timedelta(number), 8000, "UTC", {"phone": DeviceDay(9000, AT)}), DEFAULT
        )
    }
    for kind, track in rewards.streaks.items():
        for receipt in receipts.milestone_receipts("user", kind, track, "UTC", lambda _: AT, DEFAULT):
            assert receipt["because"]["window"] == "2026-05-01/2026-05-07"
            known[receipt["id"]] = receipt
    for receipt in receipts.result_receipts("user", "c", rewards.results["c"], "UTC", DEFAULT):
        known[receipt["id"]] = receipt
    for badge_id, earned in rewards.badges.items():
        receipt = receipts.badge_receipt("user", DEFAULT.badges_by_id[badge_id], earned, DEFAULT)
        known[receipt["id"]] = receipt

    for change in told:
        if isinstance(change, XpChanged):
            assert known[change.receipt_id]["amount"] == change.amount
            assert known[change.receipt_id]["rule"] == change.rule
        elif isinstance(change, BadgeEarned):
            assert change.badge.name in known[change.receipt_id]["text"]
    assert sum(receipt["amount"] for receipt in known.values() if receipt["subject"] == "xp") == rewards.xp


def test_who_was_not_ranked_is_told_why_there_is_no_xp():
    result = ChallengeResult("Race", False, None, False, "2026-1", AT, {})
    (receipt,) = receipts.result_receipts("user", "c", result, "Pacific/Auckland", DEFAULT)
    assert not receipt["counted"]
    assert "ranked" in receipt["text"]
    assert receipt["because"] == {"challengeId": "c", "date": "2026-05-02", "timezone": "Pacific/Auckland"}


def test_streaks_say_how_they_came_about():
    rewards = Rewards("user")
    empty = rewarding.streak(rewards, "active", START)
    told = receipts.streak_receipt("user", "active", empty, START, "UTC", AT, DEFAULT)
    assert (told["amount"], told["counted"]) == (0, False)
    rewarding.day_changed(rewards, None, DAY, AT, START, DEFAULT)
    view = rewarding.streak(rewards, "active", START)
    told = receipts.streak_receipt("user", "active", view, START, "UTC", AT, DEFAULT)
    assert told["text"] == "The active streak is at 1 day since 2026-05-01."
    assert told["because"] == {"date": "2026-05-01", "timezone": "UTC", "window": "2026-05-01/2026-05-01"}


def test_a_level_says_that_it_is_kept():
    assert "kept" in receipts.level_receipt("user", 5, 990, AT, DEFAULT)["text"]
    assert "kept" not in receipts.level_receipt("user", 5, 1000, AT, DEFAULT)["text"]


def test_a_score_says_why_it_did_not_count():
    def score(why_not):
        return receipts.score_receipt(
            "user", "c", "a", START, "UTC", AT, "1", metric="steps", amount=1200, why_not=why_not, window="x/y"
        )

    assert score(None)["text"] == "1,200 steps of 2026-05-01 count in the challenge."
    paused = score("the challenge was paused")
    assert paused["text"] == "1,200 steps of 2026-05-01 did not count, because the challenge was paused."
    assert (paused["counted"], paused["because"]["window"]) == (False, "x/y")
