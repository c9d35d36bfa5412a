"""The command line, as far as it goes without a server."""

from pathlib import Path

import pytest

from gateway.cli import main


def test_help_lists_every_setting(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])

    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in ("DATABASE_URL", "GAUNTLET_SECRET", "serve", "replay"))


def test_settings_can_be_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["settings"]) == 0
    assert "GAUNTLET_CLOCK_START" in capsys.readouterr().out


@pytest.mark.parametrize(
    "command",
    [["serve"], ["play"], ["migrate"], ["verify"], ["grant", "ann", "admin"], ["import", "exercises", "x.json"]],
)
def test_a_misspelt_variable_stops_every_command_that_reads_settings(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GAUNTLET_SECRETT", "x")

    assert main(command) == 2
    assert "Did you mean GAUNTLET_SECRET?" in capsys.readouterr().err


def test_a_broken_export_is_refused_with_its_line_before_anything_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "steps.csv"
    file.write_text("Id,ActivityHour,StepTotal\n1,2016-02-30 0:00,5\n")

    assert main(["replay", str(file), "--home", str(tmp_path / "home")]) == 2
    assert "line 2: there is no such day" in capsys.readouterr().err
    assert not (tmp_path / "home").exists()


def test_a_missing_export_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(tmp_path / "nowhere.csv")]) == 2
    assert "nowhere.csv" in capsys.readouterr().err


def test_sending_needs_json_and_somebody_who_sends(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["send", "challenge:join", "{"]) == 2
    assert main(["send", "challenge:join", "{}", "--home", str(tmp_path)]) == 1
    assert "script/play" in capsys.readouterr().err
