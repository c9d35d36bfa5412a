"""A run that went well, for tests to spoil."""

from dataclasses import replace
from typing import Any

from loadtests.figures import Figure, Point, Result
from loadtests.promises import Promises

_WRONGS = (
    *("offsets gaps", "offsets duplicates", "offsets out_of_order", "offsets unrecovered"),
    *("pushes missing", "pushes early", "connections dropped", "users failed"),
)

GOOD = Result(
    scenario="steady",
    host="http://127.0.0.1:8080",
    users=20,
    seconds=15.0,
    figures=(
        Figure("caused", "steps:sync", 300, 0, 3.1, 6.0, 9.4, 12.0),
        Figure("connect", "hello", 20, 0, 4.0, 8.0, 9.0, 9.5),
        Figure("push", "challenge:announcement", 400, 0, 2.0, 4.0, 6.25, 7.0),
        Figure("push", "challenge:leaderboard", 4000, 0, 102.0, 105.0, 109.0, 120.0),
        Figure("reply", "steps:sync", 300, 0, 3.0, 5.9, 9.3, 11.9),
    ),
    numbers=dict.fromkeys(_WRONGS, 0.0),
    points=tuple(
        Point(at, 20, 20.0 * at, 300.0, None if at < 2 else 9.0, 105.0, 30.0, 41.0, 90.0 + at) for at in range(0, 16, 2)
    ),
    generator_cpu=31.0,
    generator_lag=0.8,
)
PROMISES = Promises.load()


def but(**changes: Any) -> Result:
    return replace(GOOD, **changes)


def wrong(title: str, count: float) -> Result:
    return but(numbers={**GOOD.numbers, title: count})


def slow(title: str, p99: float) -> Result:
    return but(figures=tuple(replace(each, p99=p99) if each.title == title else each for each in GOOD.figures))


def verdicts(result: Result) -> dict[str, str]:
    """By what each promise says."""
    return {each.promise.says: each.verdict for each in PROMISES.judge(result)}


def outcome(result: Result):
    return PROMISES.outcome(result, PROMISES.judge(result))
