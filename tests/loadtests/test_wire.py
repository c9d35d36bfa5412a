"""A command as the load test's client sends it is the command as the gateway reads it."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from gateway.catalogue import CATALOGUE
from gateway.codec import Encoding, decode, encode
from gateway.schema import parse
from gateway.sockets.commands import Hello, Ping, Since, Subscribe
from loadtests.wire import NAMES, data_of, name_of
from rules import challenge
from rules.user.commands import NotificationChanges, QuietHours, SyncSteps, UpdatePreferences

ID = str(UUID(int=7))
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)

COMMANDS = (
    SyncSteps(date(2026, 5, 1), 4_200, distance_meters=3000.5, device="watch"),
    SyncSteps(date(2026, 5, 1), 0),
    UpdatePreferences(notifications=NotificationChanges(social=False), quiet_hours=QuietHours("22:00", "07:00")),
    UpdatePreferences(quiet_hours=None, track_puffs=False),
    challenge.Create(
        name="A race", metric="steps", mode="race", target=10_000.0, starts_at=NOON, ends_at=NOON.replace(day=2)
    ),
    challenge.Invite(ID, [ID]),
    challenge.Role(ID, ID, None),
    challenge.Leaderboard(ID, around="me", limit=11),
    Hello("phone", "token", {"user:7": Since("epoch", 41)}),
    Subscribe("live"),
    Ping(),
)


@pytest.mark.parametrize("encoding", Encoding)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: type(command).__name__)
def test_what_is_sent_is_what_was_meant(command, encoding):
    frame = decode(encoding, encode(encoding, {"type": name_of(command), "data": data_of(command)}))

    assert parse(type(command), frame["data"]) == command


def test_every_command_of_the_socket_has_its_name():
    assert set(NAMES.values()) == {entry.name for entry in CATALOGUE.values() if entry.socket}


def test_what_is_no_command_cannot_be_sent():
    with pytest.raises(KeyError):
        name_of(Since("epoch", 1))


def test_null_is_sent_only_where_it_says_something():
    """A role of null takes the role back; a device that is left out is left out."""
    assert data_of(challenge.Role(ID, ID, None))["role"] is None
    assert "device" not in data_of(SyncSteps(date(2026, 5, 1), 1))
