"""`gauntlet play`, as a newcomer meets it: something is going on, and the next start goes on where it was."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest

from gateway.client.http import Api
from gateway.client.socket import GauntletSocket

ROOT = Path(__file__).parents[2]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return {**ours, "GAUNTLET_HOME": str(tmp_path / "home"), "PORT": "0"}


def gauntlet(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "gateway", *arguments]


@contextmanager
def playing(environment: dict[str, str]) -> Iterator[dict[str, str]]:
    """What it prints, by name; at the end Ctrl-C, which must stop it cleanly."""
    process = subprocess.Popen(
        gauntlet("play", "--bots", "3"),
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    said = ""
    try:
        for line in process.stdout:
            said += line
            if line.startswith("Ctrl-C"):
                break
        shown = {
            name: found[1]
            for name, pattern in {
                "url": r"running at (\S+)",
                "email": r"with e-mail +(\S+)",
                "password": r"and password +(\S+)",
                "challenge": r'"challengeId": "([0-9a-f-]+)"',
            }.items()
            if (found := re.search(pattern, said))
        }
        assert len(shown) == 4, said
        yield shown
        process.send_signal(signal.SIGINT)
        said += process.stdout.read()
        assert process.wait() == 0, said
    finally:
        process.kill()
        process.wait()


async def leaderboard_with_a_bot(shown: dict[str, str]) -> dict[str, Any]:
    """Signs in with what was printed, joins, and waits until a bot has taken steps."""
    async with Api(shown["url"]) as api:
        session = await api.login(shown["email"], shown["password"])
        async with GauntletSocket(api.socket_url, session.token, random=Random(1)) as socket:
            pushes = socket.pushes()
            if shown["challenge"] not in socket.me["challenges"]:
                await socket.request("challenge:join", {"challengeId": shown["challenge"]})
            async with asyncio.timeout(60):
                async for push in pushes:
                    if push.type == "challenge:leaderboard" and any(row["score"] > 0 for row in push.data["changed"]):
                        return dict(push.data)
    raise AssertionError("the socket ended")


def scores(environment: dict[str, str], challenge_id: str) -> dict[str, float]:
    """Asked with the line that was printed to try the socket."""
    line = gauntlet("send", "challenge:leaderboard", json.dumps({"challengeId": challenge_id}), "--seconds", "0")
    sent = subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert sent.returncode == 0, sent.stderr
    return {row["userId"]: row["score"] for row in json.loads(sent.stdout)["ok"]["rows"]}


async def test_bots_walk_in_a_live_challenge_and_the_next_start_goes_on_there(environment: dict[str, str]) -> None:
    with playing(environment) as shown:
        board = await leaderboard_with_a_bot(shown)
        assert board["participants"] == 4

        before = scores(environment, shown["challenge"])

    with playing(environment) as again:
        assert {name: again[name] for name in ("email", "password", "challenge")} == {
            name: shown[name] for name in ("email", "password", "challenge")
        }
        after = await leaderboard_with_a_bot(again)
        assert all(before[row["userId"]] <= row["score"] for row in after["changed"])
