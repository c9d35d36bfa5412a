"""The scenarios, their document, and the environment that keeps Locust away from the server."""

import re
from pathlib import Path

import pytest

from loadtests.scenarios import SCENARIOS

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs/loadtests.md"


def lock(name: str) -> dict[str, str]:
    """Package → version."""
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / name).read_text(), re.MULTILINE))


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_is_a_locustfile_and_is_documented(name):
    assert SCENARIOS[name].file.exists()
    assert f"`{name}`" in DOCUMENT.read_text()


def test_every_locustfile_is_a_scenario():
    files = {path for path in (ROOT / "loadtests/scenarios").glob("*.py") if path.stem != "__init__"}

    assert files == {scenario.file for scenario in SCENARIOS.values()}


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_locust_and_its_world_do_not_reach_the_server(name):
    assert not {"locust", "gevent", "flask", "pyzmq"} & lock(name).keys()


def test_the_client_speaks_with_the_servers_own_versions():
    load, runtime = lock("requirements-load.lock"), lock("requirements.lock")
    shared = load.keys() & runtime.keys()

    assert {"websockets", "orjson", "msgpack", "psutil"} <= shared
    assert {name: load[name] for name in shared} == {name: runtime[name] for name in shared}


def test_the_lock_pins_everything_and_names_no_host():
    text = (ROOT / "requirements-load.lock").read_text()

    assert "://" not in text
    assert all("--hash=" in each for each in re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:])
