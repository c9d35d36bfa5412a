"""`gauntlet import exercises`, on a real database."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import orjson
import pytest

from gateway.cli import main
from tests.gateway.test_exercise_import import REAL, RECORD


@pytest.fixture
def database(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DATABASE_URL", database_url)
    return database_url


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., str]:
    def write(*records: Any) -> str:
        path = tmp_path / "exercises.json"
        path.write_bytes(orjson.dumps(records))
        return str(path)

    return write


def count(url: str) -> int:
    async def ask() -> int:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval("SELECT count(*) FROM exercises")
        finally:
            await connection.close()

    return asyncio.run(ask())


def test_an_import_can_be_repeated(database: str, file: Callable[..., str], capsys: pytest.CaptureFixture[str]) -> None:
    path = file(RECORD, RECORD | {"id": "Other"})

    assert main(["import", "exercises", path]) == 0
    assert "2 exercises: 2 new, 0 changed, 0 unchanged" in capsys.readouterr().out
    assert main(["import", "exercises", path]) == 0
    assert "2 exercises: 0 new, 0 changed, 2 unchanged" in capsys.readouterr().out
    assert count(database) == 2


def test_bad_records_are_told_and_left_out(
    database: str, file: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", "exercises", file({}, RECORD, RECORD | {"id": "Other", "level": "easy"})]) == 0

    said = capsys.readouterr()
    assert "3 records read, 2 of them skipped" in said.out
    assert said.err.splitlines()[0].startswith("record 1: ")
    assert "record 3 (Other): level: must be one of" in said.err
    assert count(database) == 1


def test_many_bad_records_are_told_in_part(
    database: str, file: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", "exercises", file(*[{}] * 70)]) == 1

    said = capsys.readouterr()
    assert "… and 20 more" in said.err
    assert "70 records read, 70 of them skipped" in said.out
    assert count(database) == 0


@pytest.mark.parametrize("content", ["", "{}", "Id,ActivityHour,StepTotal\n"])
def test_another_file_is_refused_before_anything_starts(
    content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GAUNTLET_HOME", str(tmp_path / "home"))
    file = tmp_path / "file.json"
    file.write_text(content)

    assert main(["import", "exercises", str(file)]) == 2
    assert main(["import", "exercises", str(tmp_path / "nowhere.json")]) == 2
    assert "nowhere.json" in capsys.readouterr().err
    assert not (tmp_path / "home").exists()


def test_a_new_database_gets_its_schema_first(
    empty_database_url: str, file: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", empty_database_url)

    assert main(["import", "exercises", file(RECORD)]) == 0
    assert count(empty_database_url) == 1


@pytest.mark.skipif(not REAL.exists(), reason="the data set is not beside the project")
def test_the_whole_data_set_is_imported(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "exercises", str(REAL)]) == 0
    assert "873 exercises: 873 new, 0 changed, 0 unchanged" in capsys.readouterr().out
    assert main(["import", "exercises", str(REAL)]) == 0
    assert "873 exercises: 0 new, 0 changed, 873 unchanged" in capsys.readouterr().out
    assert count(database) == 873
