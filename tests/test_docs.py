"""The documents say what the code does: every name is there, every table is up to date, every link leads somewhere."""

import asyncio
import re
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.catalogue import CATALOGUE
from gateway.client.http import Api
from gateway.close_codes import CloseCode
from gateway.http.routes import ROUTES
from gateway.metrics import Metrics
from gateway.pushes import PUSHES
from gateway.settings import VARIABLES, describe
from gateway.sockets.metrics import SocketMetrics
from rules.days import stamp
from rules.refusal import STATUS, Code
from script import reference
from tests.play.players import guest
from tests.play.running import RunningServer

ROOT = Path(__file__).parents[1]
DOCUMENTS = (
    "README.md",
    "CHANGELOG.md",
    "docs/architecture.md",
    "docs/protocol.md",
    "docs/operations.md",
    "docs/loadtests.md",
)
WITHIN = 60.0  # s for the documented client's whole walk


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


PROTOCOL, OPERATIONS = text("docs/protocol.md"), text("docs/operations.md")


def names_in(document: str) -> set[str]:
    """Everything that stands as code, alone or at the beginning, and the numbers that begin a row."""
    return set(re.findall(r"`([^`\s{(]+)", document)) | set(re.findall(r"^\| (\d+) \|", document, re.MULTILINE))


def without_code(document: str) -> str:
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^```.*?^```", "", document, flags=re.MULTILINE | re.DOTALL))


def anchors(document: str) -> set[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(
        r"^#+ (.+)$", re.sub(r"^```.*?^```", "", document, flags=re.MULTILINE | re.DOTALL), re.MULTILINE
    )
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


# --- names and tables ---


@pytest.mark.parametrize("name", reference.DOCUMENTS)
def test_the_reference_tables_are_those_of_the_code(name: str) -> None:
    """`script/docs` writes them anew."""
    document = text(name)
    parts = re.findall(r"<!-- reference: ([a-z ]+) -->", document)

    assert parts, "a document that is written has parts to write"
    assert document == reference.filled(document), f"{name} is out of date: run script/docs"


def test_the_settings_in_the_readme_are_the_settings() -> None:
    assert describe() in text("README.md")


def test_the_protocol_names_every_command_push_error_and_close_code() -> None:
    named = names_in(PROTOCOL)

    assert {entry.name for entry in CATALOGUE.values() if entry.socket} <= named
    assert set(PUSHES) <= named
    assert set(STATUS) <= named
    assert {str(code.value) for code in CloseCode} <= named
    assert all(f"`{route.method} {route.path}`" in PROTOCOL for route in ROUTES)


def test_whatever_a_client_may_meet_says_what_to_do() -> None:
    assert reference.ERRORS.keys() == set(Code)
    assert reference.CLOSES.keys() == set(CloseCode)


def test_the_protocol_names_what_the_connection_itself_says() -> None:
    """Frames that stand in no table of the code."""
    said = re.findall(r'"type": "([a-z:]+)"', text("gateway/sockets/connection.py") + text("gateway/sockets/gate.py"))

    assert {"pong", "server:subscribed", "server:unsubscribed", "server:draining"} <= set(said)
    assert all(name in PROTOCOL for name in said)


def test_operations_names_every_metric_and_no_other() -> None:
    metrics = Metrics()
    metrics.registry.register(SocketMetrics())
    known = {
        f"{family.name}_total" if family.type == "counter" else family.name
        for family in metrics.registry.collect()
        if family.name.startswith("gauntlet_")
    }
    named = set(re.findall(r"`(gauntlet_[a-z_]+)", OPERATIONS))

    assert known == named


def test_operations_names_every_setting_and_no_other() -> None:
    named = set(re.findall(r"GAUNTLET_[A-Z_]+|DATABASE_URL|(?<!S_)\bPORT\b", OPERATIONS))

    assert set(VARIABLES) == named


def test_operations_quotes_the_log_lines_that_are_logged() -> None:
    source = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("gateway", "persistence")
        for path in (ROOT / folder).rglob("*.py")
    )
    section = OPERATIONS.partition("## Log")[2].partition("\n## ")[0]
    lines = [
        line for row in re.findall(r"^\| (`.*?) \| ", section, re.MULTILINE) for line in re.findall(r"`([^`]+)`", row)
    ]

    logged = {
        re.split(r" \(|: %s", line)[0]
        for line in re.findall(r"""log\.(?:info|warning|error|exception)\(\s*"([^"]+)\"""", source)
    }

    assert [line for line in lines if line not in source] == []
    assert [line for line in logged if line not in lines] == []
    assert len(logged) > 25


# --- links and paths ---


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(name: str) -> None:
    here = ROOT / name
    for target in re.findall(r"\]\(([^)\s]+)\)", without_code(here.read_text(encoding="utf-8"))):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        found = (here.parent / path).resolve() if path else here
        assert found.is_file(), f"{name} links to {target}"
        if anchor:
            assert anchor in anchors(found.read_text(encoding="utf-8")), f"{name} links to {target}"


@pytest.mark.parametrize("name", [*DOCUMENTS, "docs/architecture.svg"])
def test_no_document_names_a_path_of_a_machine(name: str) -> None:
    document = text(name)

    assert re.findall(r"(?<![\w.])/(?:home|Users|work|tmp|mnt|opt|root/\w)[/\w]*", document) == []
    assert "../shared" not in document


@pytest.mark.parametrize("name", DOCUMENTS)
def test_named_files_are_there(name: str) -> None:
    """`gateway/sockets/hub.py`, `script/play`, `rules/default.toml`, `rules/challenge/` …"""
    named = re.findall(r"`((?:rules|actors|persistence|gateway|tests|script|docs)/[\w./]*)`", text(name))

    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_architecture_fits_on_a_page() -> None:
    assert len(text("docs/architecture.md").splitlines()) <= 100


# --- the client that the protocol shows ---


async def test_the_documented_client_walks_and_survives_a_restart(database_url: str, tmp_path: Path) -> None:
    """Who copies it from the document has a client that loses nothing when the server goes."""
    shown = re.search(r"<!-- client.py -->\n```python\n(.*?)```", PROTOCOL, re.DOTALL)
    assert shown is not None
    program = tmp_path / "client.py"
    program.write_text(shown[1], encoding="utf-8")

    async with asyncio.timeout(WITHIN), RunningServer(database_url) as server, Api(server.url) as api:
        host = await guest(api, "Host")
        now = datetime.now(UTC)
        challenge = await host.call(
            "POST",
            "/challenges",
            json={
                "name": "As documented",
                "metric": "steps",
                "mode": "most",
                "startsAt": stamp(now + timedelta(minutes=1)),
                "endsAt": stamp(now + timedelta(days=1)),
            },
        )
        await host.call("POST", f"/challenges/{challenge['id']}/open")
        await host.call("POST", f"/challenges/{challenge['id']}/start")
        client = await asyncio.create_subprocess_exec(
            sys.executable, str(program), server.url, challenge["id"], stdout=asyncio.subprocess.PIPE
        )
        assert client.stdout is not None
        said = ""
        while "reply steps:sync" not in said:
            line = await client.stdout.readline()
            assert line, said
            said += line.decode()
        server.kill9()
        await server.ended()
        await server.start()
        said += (await client.stdout.read()).decode()

        assert await client.wait() == 0
        assert said.count('reply steps:sync "ok"') == 5
        assert "push  challenge:leaderboard" in said
        board = await host.call("GET", f"/challenges/{challenge['id']}/leaderboard")
        assert [(row["name"], row["score"]) for row in board["rows"]] == [("Walker", 500)]
