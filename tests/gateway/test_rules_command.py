"""`gauntlet rules check`: an operator sees what is wrong with a rule set before anyone applies it."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import asyncpg
import orjson
import pytest

from gateway.cli import main
from gateway.rule_file import DEFAULT, read_book
from persistence.codec import dump
from persistence.database import prepare_connection
from rules.ruleset import RuleSetError
from rules.user.events import StepsSynced, UserRegistered

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


# --- preview ---

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
ANN, BOB = "00000000-0000-0000-0000-00000000000a", "00000000-0000-0000-0000-00000000000b"


def synced(on: date, steps: int) -> StepsSynced:
    return StepsSynced(datetime(2026, 5, 20, tzinfo=UTC), on, "phone", steps, 0, 0, 0, review=False)


@pytest.fixture
def walkers(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ann walked on two days, Bob on the first of them only."""
    may = date(2026, 5, 1)
    journal = {
        ANN: [UserRegistered(NOON, "ann", "Ann", "UTC"), synced(may, 1000), synced(may + timedelta(9), 1000)],
        BOB: [UserRegistered(NOON, "bob", "Bob", "UTC"), synced(may, 1000)],
    }

    async def store() -> None:
        connection = await asyncpg.connect(database_url)
        await prepare_connection(connection)
        for user_id, events in journal.items():
            records = [("user", user_id, n, type(each).__name__, 1, dump(each)) for n, each in enumerate(events, 1)]
            columns = ("kind", "id", "seq", "type", "version", "payload")
            await connection.copy_records_to_table("journal", records=records, columns=columns)
        await connection.close()

    asyncio.run(store())
    monkeypatch.setenv("DATABASE_URL", database_url)


@pytest.mark.usefixtures("walkers")
def test_a_preview_says_what_would_have_been(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    generous = changed(tmp_path, ("steps_per_xp = 100", "steps_per_xp = 10"))
    out = tmp_path / "out.json"

    assert main(["rules", "preview", str(generous), "--since", "2026-05-05", "--json", str(out)]) == 0

    said = capsys.readouterr().out
    assert "2 users; the rewards of 1 would be others" in said
    assert "ann: XP 20 → 110 (+90), level 1 → 2" in said
    told = orjson.loads(out.read_bytes())
    assert told["xp"] == {"before": 30, "after": 120}
    assert [each["userId"] for each in told["differences"]] == [ANN]


@pytest.mark.usefixtures("walkers")
def test_a_preview_names_the_badges_that_would_come_and_go(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stricter = changed(
        tmp_path, ('when = { day = "steps", at_least = 1000 }', 'when = { day = "steps", at_least = 2000 }')
    )
    assert main(["rules", "preview", str(stricter), "--since", "2026-04-01"]) == 0
    said = capsys.readouterr().out
    assert "2 users; the rewards of 2 would be others" in said
    assert "badge out-the-door: 0 times more, 2 times fewer" in said


def test_a_preview_of_what_is_no_rule_set(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "preview", str(tmp_path / "nowhere.toml")]) == 2
    assert main(["rules", "preview", str(changed(tmp_path, ("steps_cap = 300", "steps_cap = x")))]) == 1
    assert "rules.toml:" in capsys.readouterr().err


@pytest.mark.parametrize("days", ["0", "-4", "99999999999", "many"])
def test_a_preview_goes_back_by_days_that_there_are(days: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["rules", "preview", "rules.toml", f"--days={days}"])
    assert ended.value.code == 2
    assert "--days" in capsys.readouterr().err
