"""What a run leaves behind: a page that needs nothing from elsewhere, a document for machines, a table."""

import json
import re
from html.parser import HTMLParser

from loadtests import report, table
from loadtests.charts import Line, chart
from loadtests.figures import Result
from tests.loadtests.results import GOOD, PROMISES, but, outcome, wrong


class Page(HTMLParser):
    """Its tags in order, and what it wants from elsewhere."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elsewhere: list[str] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag not in ("meta", "path", "br"):
            self.open.append(tag)
        self.elsewhere += [value for name, value in attrs if name in ("src", "href") and value != "locust.html"]

    def handle_startendtag(self, tag, attrs):
        """Nothing stays open."""

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words += data


def page(result: Result) -> str:
    return report.page(result, PROMISES.judge(result), outcome(result))


def test_the_page_is_whole_and_needs_nothing_from_elsewhere():
    text = page(GOOD)
    seen = Page(text)

    assert seen.open == []
    assert seen.elsewhere == []
    assert "url(" not in text
    assert "@import" not in text


def test_the_page_has_every_promise_figure_and_number():
    words = Page(page(GOOD)).words

    assert "passed" in words
    assert all(each.promise.says in words for each in PROMISES.judge(GOOD))
    assert all(figure.title in words for figure in GOOD.figures)
    assert all(title in words for title in GOOD.numbers)


def test_the_page_says_what_broke_and_how_much():
    text = page(wrong("offsets gaps", 31))

    assert re.search(r'class="broken">broken</td><td>no push is skipped</td>.*?<td>31</td>', text)


def test_names_cannot_write_into_the_page():
    assert "<script" not in page(but(host="http://x/<script>", notes=("<script>",)))


def test_a_run_without_a_single_point_has_a_page():
    assert Page(page(Result("steady", "http://127.0.0.1:1", 0, 0.0))).open == []


def test_the_document_holds_all_of_it():
    said = json.loads(report.document(GOOD, PROMISES.judge(GOOD), outcome(GOOD)))

    assert said["outcome"] == "passed"
    assert {each["verdict"] for each in said["promises"]} == {"kept"}
    assert len(said["points"]) == len(GOOD.points)
    assert said["numbers"] == GOOD.numbers


def test_the_table_ends_with_what_comes_of_the_run():
    result = but(generator_cpu=91.0)
    text = table.render(result, PROMISES.judge(result), outcome(result))

    assert text.splitlines()[-1].startswith("steady: the generator was the bottleneck")
    assert "✓ kept      no push is skipped (offsets gaps: 0, at most 0)" in text


def test_numbers_are_as_exact_as_they_are_worth():
    assert [table.number(value) for value in (None, 0, 3.14, 20.0, 123.4, 12345)] == [
        "–",
        "0",
        "3.1",
        "20",
        "123",
        "12,345",
    ]


def test_a_line_has_holes_where_nothing_was_measured():
    drawn = chart("Times", "ms", [0, 1, 2, 3], [Line("p99", [1, None, 2, 3])])

    path = re.search(r'class="line l0" d="([^"]*)"', drawn).group(1)
    assert path.count("M") == 2
    assert path.count("L") == 1


def test_a_limit_is_within_the_chart():
    drawn = chart("Times", "ms", [0, 1], [Line("p99", [1, 2])], limit=75)

    assert 'class="limit"' in drawn
    assert ">80<" in drawn
