"""The server's vitals, read off its metrics."""

from gateway.metrics import Metrics
from loadtests.scrape import parse

EXPOSITION = """# HELP gauntlet_restarts_total Actors rebuilt after an exception
# TYPE gauntlet_restarts_total counter
gauntlet_restarts_total{kind="user"} 2.0
gauntlet_restarts_total{kind="challenge"} 1.0
gauntlet_dead_letters_total 4.0
process_cpu_seconds_total 12.5
process_resident_memory_bytes 1.048576e+08
"""


def test_labels_are_summed():
    vitals = parse(EXPOSITION)

    assert (vitals.cpu, vitals.memory, vitals.restarts, vitals.dead_letters) == (12.5, 100.0, 3.0, 4.0)


def test_another_programs_page_says_nothing():
    assert parse("") is None


def test_the_server_names_them_so():
    names = {family.name for family in Metrics().registry.collect()}

    assert {"gauntlet_restarts", "gauntlet_dead_letters"} <= names
