"""A run is judged by its promises: kept, broken, not shown; and not at all by a generator that could not keep up."""

import re
from pathlib import Path

import pytest

from loadtests import promises
from loadtests.figures import Figure
from loadtests.promises import Outcome, Promises, Verdict
from loadtests.scenarios import SCENARIOS
from tests.loadtests.results import GOOD, PROMISES, but, outcome, slow, verdicts, wrong


def test_a_good_run_passes():
    assert set(verdicts(GOOD).values()) == {Verdict.KEPT}
    assert outcome(GOOD) is Outcome.PASSED
    assert outcome(GOOD).exit_code == 0


@pytest.mark.parametrize("title", list(GOOD.numbers))
def test_one_of_what_must_not_happen_breaks_its_promise(title):
    result = wrong(title, 1)

    assert list(verdicts(result).values()).count(Verdict.BROKEN) == 1
    assert outcome(result).exit_code == 1


def test_a_time_over_its_limit_breaks_its_promise():
    result = slow("reply steps:sync", 1234)

    assert verdicts(result)["a sync is stored and answered soon"] is Verdict.BROKEN
    assert outcome(result) is Outcome.BROKEN


def test_a_limit_may_be_reached():
    limit = next(each.at_most for each in PROMISES.all if each.of == "reply steps:sync")

    assert outcome(slow("reply steps:sync", limit)) is Outcome.PASSED


def test_a_refusal_of_any_command_counts():
    figures = (*GOOD.figures, Figure("reply", "challenge:leaderboard", 10, 2, 1.0, 1.0, 1.0, 1.0))

    assert verdicts(but(figures=figures))["nothing is refused or left unanswered"] is Verdict.BROKEN


def test_a_promise_without_a_measurement_is_not_shown_and_the_run_no_success():
    result = but(figures=tuple(each for each in GOOD.figures if each.name != "challenge:announcement"))

    assert verdicts(result)["an announcement is with every watcher soon"] is Verdict.NOT_SHOWN
    assert outcome(result) is Outcome.NOT_SHOWN
    assert outcome(result).exit_code == 3


def test_a_busy_generator_says_so_instead_of_passing():
    """Times say nothing then, good or bad."""
    for result in (
        but(generator_cpu=86.0),
        but(generator_lag=51.0),
        but(generator_cpu=86.0, figures=slow("reply steps:sync", 1234).figures),
    ):
        assert outcome(result) is Outcome.GENERATOR
        assert outcome(result).exit_code == 3
        assert verdicts(result)["a sync is stored and answered soon"] is Verdict.UNSURE


def test_what_is_plainly_wrong_is_wrong_under_a_busy_generator_too():
    result = but(generator_cpu=99.0, numbers=wrong("offsets gaps", 1).numbers)

    assert outcome(result) is Outcome.BROKEN


def test_a_promise_of_another_scenario_is_not_asked_for():
    assert "the start is with all who wait soon" not in verdicts(GOOD)
    assert "the start is with all who wait soon" in verdicts(but(scenario="mass-start"))


def test_promises_are_about_scenarios_that_there_are():
    assert {name for each in PROMISES.all for name in each.only} <= SCENARIOS.keys()


def test_a_misspelt_measure_is_noticed(tmp_path: Path):
    text = promises.FILE.read_text().replace('measure = "p99"', 'measure = "p98"', 1)
    (tmp_path / "promises.toml").write_text(text)

    with pytest.raises(ValueError, match="p98"):
        Promises.load(tmp_path / "promises.toml")


def test_the_generators_limit_is_what_the_document_says():
    document = (Path(promises.__file__).parents[1] / "docs/loadtests.md").read_text()

    assert re.search(rf"\b{PROMISES.generator_cpu:.0f} %", document)
