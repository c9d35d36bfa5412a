"""`gauntlet rules check`: an operator sees what is wrong with a rule set before anyone applies it."""

from pathlib import Path

import pytest

from gateway.cli import main
from gateway.rule_file import DEFAULT, read_book
from rules.ruleset import RuleSetError

TEXT = DEFAULT.read_text(encoding="utf-8")


def changed(tmp_path: Path, *changes: tuple[str, str], name: str = "rules.toml") -> Path:
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return file


def test_a_good_file_is_named_with_its_version_and_start(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "check", str(DEFAULT)]) == 0
    assert "version 2026-1, in force from 2000-01-01 00:00 UTC" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("steps_cap = 300", "steps_cap = -1", "xp.steps_cap: must be a whole number, 0 or more"),
        ("steps_cap = 300", "steps_cap 300", "not TOML:"),
        ("steps_cap = 300", "steps_kap = 300", "xp.steps_kap: unknown; did you mean steps_cap?"),
        ('tier = "silver"', 'tier = "tin"', "badges.2 (ten-thousand).tier: must be one of"),
    ],
)
def test_a_problem_is_named_with_its_line(
    old: str, new: str, problem: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = TEXT[: TEXT.index(old)].count("\n") + 1
    file = changed(tmp_path, (old, new))
    assert main(["rules", "check", str(file)]) == 1
    assert capsys.readouterr().err.startswith(f"{file}:{line}: {problem}")


def test_a_file_that_is_not_there_or_no_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "check", str(tmp_path / "nowhere.toml")]) == 2
    assert "No such file" in capsys.readouterr().err
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe")
    assert main(["rules", "check", str(tmp_path / "binary.toml")]) == 1
    assert "no text in UTF-8" in capsys.readouterr().err


def test_a_folder_of_rule_sets_follows_the_one_shipped(tmp_path: Path) -> None:
    summer = (('version = "2026-1"', 'version = "summer"'), ("2000-01-01T", "2026-06-01T"))
    winter = (('version = "2026-1"', 'version = "winter"'), ("2000-01-01T", "2026-12-01T"))
    changed(tmp_path, *winter, name="a.toml")
    changed(tmp_path, *summer, name="b.toml")
    assert [each.version for each in read_book(tmp_path).sets] == ["2026-1", "summer", "winter"]
    assert [each.version for each in read_book(tmp_path / "b.toml").sets] == ["2026-1", "summer"]
    assert [each.version for each in read_book(None).sets] == ["2026-1"]


def test_a_set_in_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    file = changed(tmp_path, ('version = "2026-1"', 'version = "own"'), ("steps_cap = 300", "steps_cap = 5"))
    (only,) = read_book(file).sets
    assert (only.version, only.xp.steps_cap) == ("own", 5)


def test_two_sets_of_one_version_are_refused(tmp_path: Path) -> None:
    changed(tmp_path, ("2000-01-01T", "2026-06-01T"), ('version = "2026-1"', 'version = "x"'), name="a.toml")
    changed(tmp_path, ("2000-01-01T", "2026-07-01T"), ('version = "2026-1"', 'version = "x"'), name="b.toml")
    with pytest.raises(RuleSetError, match="x is there twice"):
        read_book(tmp_path)
