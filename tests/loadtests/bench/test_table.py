import pytest

from loadtests.bench.result import Line, Skipped, at_least, at_most
from loadtests.bench.sample import sample
from loadtests.bench.table import number, render


def test_the_table_reads_like_this():
    said = [
        Line("fan-out", "CPU", sample([6, 7, 9], "µs"), sample([6], "µs"), "bare send()", at_most(1.3, "ratio")),
        Line("fan-out", "wall", sample([12.5], "ms")),
        Line("commands", "rate", sample([4393.2], "/s"), goal=at_least(20_000)),
        Skipped("peers", "ws", "there is no node and npm here"),
    ]

    assert render(said).splitlines() == [
        "figure    what  here      min – max  floor or peer  ratio   goal",
        "────────  ────  ────────  ─────────  ─────────────  ──────  ───────────",
        "fan-out   CPU   7 µs      6 – 9      6 bare send()  1.17 ×  ≤ 1.30 ×     met",
        "          wall  12.5 ms",
        "commands  rate  4,393 /s                                    ≥ 20,000 /s  not met",
        "peers     ws    skipped                                                  there is no node and npm here",
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.1234, "0.12"), (1.3, "1.30"), (16.0, "16"), (12.34, "12.3"), (123.4, "123"), (20_000, "20,000"), (0, "0")],
)
def test_numbers_show_what_matters(value, text):
    assert number(value) == text
