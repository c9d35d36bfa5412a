"""Which moment a push is about: the event's own, once, and the same for every watcher."""

from datetime import UTC, datetime

from loadtests.moments import Moments

TOPIC = "challenge:7"


def at(seconds: float) -> float:
    return datetime(2026, 5, 1, 8, tzinfo=UTC).timestamp() + seconds


def stamp(text: str) -> str:
    return f"2026-05-01T08:00:{text}Z"


def board(*reached: str | None) -> dict:
    rows = [
        {"userId": str(number)} | ({} if text is None else {"reachedAt": stamp(text)})
        for number, text in enumerate(reached)
    ]
    return {"revision": 1, "changed": rows}


def test_an_announcement_says_itself_when_it_was():
    moments = Moments()

    assert moments.happened(TOPIC, 1, "challenge:announcement", {"at": stamp("03.250")}) == at(3.25)


def test_of_several_scores_in_one_push_the_one_that_waited_longest_counts():
    moments = Moments()

    assert moments.happened(TOPIC, 1, "challenge:leaderboard", board("05.080", "05.010", "05.040")) == at(5.01)


def test_a_row_that_only_changed_its_rank_is_no_news():
    moments = Moments()
    moments.happened(TOPIC, 1, "challenge:leaderboard", board("05.010"))

    assert moments.happened(TOPIC, 2, "challenge:leaderboard", board("06", "05.010")) == at(6)
    assert moments.happened(TOPIC, 3, "challenge:leaderboard", board("05.010", None)) is None


def test_whole_seconds_come_before_their_milliseconds():
    """The server leaves `.000` out."""
    moments = Moments()
    moments.happened(TOPIC, 1, "challenge:leaderboard", board("05"))

    assert moments.happened(TOPIC, 2, "challenge:leaderboard", board("05.001")) == at(5.001)


def test_later_watchers_hear_of_the_same_moment():
    moments = Moments()
    push = (TOPIC, 1, "challenge:leaderboard", board("05.010"))

    assert moments.happened(*push) == moments.happened(*push) == at(5.01)


def test_topics_have_nothing_to_do_with_each_other():
    moments = Moments()
    moments.happened(TOPIC, 1, "challenge:leaderboard", board("05.010"))

    assert moments.happened("challenge:8", 1, "challenge:leaderboard", board("04.500")) == at(4.5)


def test_start_and_end_of_a_challenge_are_news_once():
    moments = Moments()
    times = {"startsAt": stamp("01"), "endsAt": stamp("30"), "settlesAt": stamp("40")}

    def updated(offset: int, state: str) -> float | None:
        return moments.happened(TOPIC, offset, "challenge:updated", {"challenge": {"state": state, **times}})

    assert updated(1, "open") is None
    assert updated(2, "live") == at(1)
    assert updated(3, "live") is None
    assert updated(4, "settling") == at(30)
    assert updated(5, "finished") == at(40)


def test_a_push_without_a_time_is_not_timed():
    assert Moments().happened(TOPIC, 1, "challenge:joined", {"userId": "7"}) is None
