"""Settings: the environment in, one frozen object or words for the operator out."""

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from gateway.secrets import development_secret
from gateway.settings import VARIABLES, Settings, SettingsError, describe, load

SECRET = "a secret of production that was made at random"
PRODUCTION = {"GAUNTLET_MODE": "production", "GAUNTLET_SECRET": SECRET}


def refusal(env: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as caught:
        load(env)
    return str(caught.value)


def test_an_empty_environment_is_a_server_for_development():
    settings = load({})

    assert (settings.mode, settings.host, settings.port, settings.log_format) == (
        "development",
        "127.0.0.1",
        8080,
        "console",
    )
    assert settings.database_url is None
    assert settings.home == Path.cwd() / ".gauntlet"
    assert (settings.commands_per_second, settings.command_burst) == (20, 60)


def test_every_variable_arrives_at_its_field():
    settings = load(
        {
            "DATABASE_URL": "postgres://u:p@h/d",
            "PORT": "0",
            "GAUNTLET_SECRETS_OLD": " one, two ,",
            "GAUNTLET_ORIGINS": "example.com",
            "GAUNTLET_CLOCK": "driven",
            "GAUNTLET_CLOCK_START": "2016-04-12T00:00:00Z",
            "GAUNTLET_PIN_SIGN_IN": "true",
            "GAUNTLET_HEARTBEAT": "2.5",
            "GAUNTLET_HOME": "~/x",
        }
    )

    assert settings.database_url == "postgres://u:p@h/d"
    assert settings.port == 0
    assert settings.old_secrets == ("one", "two")
    assert settings.origins == ("example.com",)
    assert settings.clock_start == datetime(2016, 4, 12, tzinfo=UTC)
    assert settings.pin_sign_in is True
    assert settings.heartbeat == 2.5
    assert settings.home == Path.home() / "x"


def test_production_listens_everywhere_and_logs_for_machines_unless_told_otherwise():
    assert (load(PRODUCTION).host, load(PRODUCTION).log_format) == ("0.0.0.0", "json")
    assert load({**PRODUCTION, "GAUNTLET_HOST": "10.0.0.1"}).host == "10.0.0.1"


def test_empty_variables_count_as_unset_and_other_peoples_are_ignored():
    assert load({"PORT": "", "GAUNTLET_CLOCK_START": "", "PATH": "/bin", "home": "x"}) == load({})


@pytest.mark.parametrize(
    ("misspelt", "right"),
    [
        ("GAUNTLET_HOEM", "GAUNTLET_HOME"),
        ("GAUNTLET_PORT", "PORT"),
        ("GAUNTLET_DATABASE_URL", "DATABASE_URL"),
        ("GAUNTLET_COMMAND_PER_SECOND", "GAUNTLET_COMMANDS_PER_SECOND"),
        ("GAUNTLET_OLD_SECRETS", "GAUNTLET_SECRETS_OLD"),
    ],
)
def test_a_misspelt_variable_is_an_error_that_names_the_right_one(misspelt, right):
    assert refusal({misspelt: "1"}) == f"{misspelt} is no setting. Did you mean {right}?"


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("PORT", "abc", "PORT should be a valid integer"),
        ("PORT", "70000", "PORT should be less than or equal to 65535, not '70000'"),
        ("GAUNTLET_MODE", "prod", "GAUNTLET_MODE should be 'development' or 'production', not 'prod'"),
        ("GAUNTLET_HEARTBEAT", "0", "GAUNTLET_HEARTBEAT should be greater than 0"),
        ("GAUNTLET_HEARTBEAT", "inf", "GAUNTLET_HEARTBEAT should be"),
        ("GAUNTLET_KEY_HOURS", "1", "GAUNTLET_KEY_HOURS should be greater than or equal to 24"),
        ("GAUNTLET_DRAIN_SECONDS", "30", "GAUNTLET_DRAIN_SECONDS should be less than or equal to 9.5"),
        ("GAUNTLET_CLOCK_START", "2016-04-12T00:00:00", "GAUNTLET_CLOCK_START should have timezone info"),
        ("GAUNTLET_CLOCK_START", "2016-04-12T00:00:00Z", "GAUNTLET_CLOCK_START needs GAUNTLET_CLOCK=driven"),
    ],
)
def test_an_impossible_value_is_an_error_in_words(name, value, problem):
    assert refusal({name: value}).startswith(problem)


def test_all_problems_are_told_at_once():
    problems = refusal({"PORT": "x", "GAUNTLET_INBOX": "0"}).splitlines()

    assert [problem.split()[0] for problem in problems] == ["PORT", "GAUNTLET_INBOX"]


def test_no_secret_is_ever_shown():
    settings = load({**PRODUCTION, "GAUNTLET_SECRETS_OLD": SECRET + "2", "DATABASE_URL": "postgresql://u:hidden@h/d"})

    assert SECRET not in repr(settings)
    assert "hidden" not in repr(settings)
    assert "hidden" not in refusal({"DATABASE_URL": "mysql://u:hidden@h/d"})
    assert "feeble" not in refusal({**PRODUCTION, "GAUNTLET_SECRET": "a feeble one"})


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"GAUNTLET_SECRET": ""}, "GAUNTLET_SECRET is required in production mode. Make one: python3 -c"),
        ({"GAUNTLET_SECRET": "x" * 31}, "GAUNTLET_SECRET is shorter than 32 characters"),
        ({"GAUNTLET_SECRETS_OLD": "x" * 31}, "GAUNTLET_SECRETS_OLD is shorter than 32 characters"),
        ({"GAUNTLET_CLOCK": "driven"}, "GAUNTLET_CLOCK=driven works in development mode only"),
    ],
)
def test_production_refuses_what_is_only_fit_for_development(change, problem):
    assert refusal({**PRODUCTION, **change}).startswith(problem)


def test_production_refuses_a_development_secret(tmp_path):
    secret = development_secret(tmp_path)

    assert load({"GAUNTLET_SECRET": secret}).secret == secret
    assert "holds a development secret" in refusal({**PRODUCTION, "GAUNTLET_SECRET": secret})
    assert "holds a development secret" in refusal({**PRODUCTION, "GAUNTLET_SECRETS_OLD": f"{SECRET},{secret}"})


def test_a_development_secret_is_made_once_and_kept_private(tmp_path):
    home = tmp_path / "new"
    secret = development_secret(home)

    assert development_secret(home) == secret
    assert len(secret) > 60
    assert stat.S_IMODE((home / "secret").stat().st_mode) == 0o600
    assert development_secret(tmp_path / "other") != secret
    assert [path.name for path in home.iterdir()] == ["secret"]


def test_settings_do_not_look_at_the_process_environment_and_do_not_change(monkeypatch):
    monkeypatch.setenv("PORT", "1234")

    assert Settings(port=99).port == 99
    assert Settings().port == 8080
    with pytest.raises(ValidationError):
        Settings().port = 1


def test_the_description_has_every_variable_with_its_default_and_meaning():
    rows = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in describe().splitlines()]
    described = {row[0]: row[1:] for row in rows[2:]}

    assert list(described) == list(VARIABLES)
    assert all(row[-1] for row in rows)
    assert described["GAUNTLET_HEARTBEAT"] == ["25", "idle seconds after which the server pings"]
    assert described["GAUNTLET_PIN_SIGN_IN"][0] == "false"
