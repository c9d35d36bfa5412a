"""Logs carry ids and no secrets, whoever writes them."""

import logging
from collections.abc import Iterator
from io import StringIO
from typing import Any

import orjson
import pytest
import structlog

from gateway import logs

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl"


@pytest.fixture
def out() -> Iterator[StringIO]:
    stream, before = StringIO(), logging.getLogger().handlers[:]
    logs.configure(level="info", format="json", stream=stream)
    yield stream
    logging.getLogger().handlers[:] = before
    structlog.reset_defaults()


def lines(out: StringIO) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in out.getvalue().splitlines()]


def test_what_was_bound_is_on_every_line(out: StringIO) -> None:
    with structlog.contextvars.bound_contextvars(request="r-1"):
        structlog.get_logger().info("signed in", user="u-1")
        logging.getLogger("aiohttp").warning("odd %s", "thing")

    first, second = lines(out)
    assert (first["event"], first["user"], first["request"], first["level"]) == ("signed in", "u-1", "r-1", "info")
    assert (second["event"], second["request"], second["logger"]) == ("odd thing", "r-1", "aiohttp")


def test_what_is_below_the_level_stays_out(out: StringIO) -> None:
    structlog.get_logger().debug("detail")
    logging.getLogger("x").debug("detail")

    assert lines(out) == []


@pytest.mark.parametrize("name", ["token", "accessToken", "refresh_token", "password", "newPassword", "email", "pin"])
def test_telling_keys_are_emptied_however_deep(out: StringIO, name: str) -> None:
    structlog.get_logger().info("x", **{name: "hidden"}, data={"list": [{name: "hidden"}]}, opinion="shown")

    [line] = lines(out)
    assert line[name] == line["data"]["list"][0][name] == logs.REMOVED
    assert line["opinion"] == "shown"


@pytest.mark.parametrize(
    "text",
    [
        f"got {TOKEN}",
        f"Authorization: Bearer {TOKEN}",
        "Key (email)=(ann@example.org) already exists",
        "postgresql://gauntlet:hunter2@db/x",
    ],
)
def test_secrets_inside_texts_and_tracebacks_are_cut_out(out: StringIO, text: str) -> None:
    structlog.get_logger().info(text)
    try:
        int(text)
    except ValueError:
        structlog.get_logger().exception("failed")
        logging.getLogger("asyncio").exception("failed too")

    for secret in (TOKEN, "ann@example.org", "hunter2"):
        assert secret not in out.getvalue()
    assert "ValueError" in out.getvalue()


def test_a_console_gets_lines_for_people(out: StringIO) -> None:
    logs.configure(level="info", format="console", stream=out)

    structlog.get_logger().info("ready", url="http://localhost:8080")

    assert "ready" in out.getvalue()
    assert "http://localhost:8080" in out.getvalue()
