import pytest

from rules.toml_lines import line_of

TEXT = '''# a file
version = "1"

[xp]
steps = 1 # [not.a.table]
text = """
steps = 5
[levels]
"""

[levels]
step = 50

[[badges]]
id = "a"
when = { day = "steps" }

[[badges]]
id = "b"
when = [
  { day = "steps" },
]
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("version", 2),
        ("xp", 4),
        ("xp.steps", 5),
        ("xp.missing", 4),
        ("levels.step", 12),
        ("badges.0.id", 15),
        ("badges.1.when.0.day", 20),
        ("badges.1.tier", 18),
        ("nowhere", 1),
    ],
)
def test_the_line_of_a_field_or_of_what_is_around_it(path, line):
    assert line_of(TEXT, path) == line
