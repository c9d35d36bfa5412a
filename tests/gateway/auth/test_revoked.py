"""The memory of ended sign-ins: exact while it has room, and honest when it hasn't."""

from datetime import UTC, datetime, timedelta

from gateway.auth.revoked import Revoked

NOW = datetime(2026, 5, 1, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def test_it_knows_what_was_revoked_and_forgets_it_with_the_last_token() -> None:
    revoked = Revoked(QUARTER)
    revoked.add("a", NOW)
    revoked.add("b", NOW + QUARTER)

    assert not revoked.has("a"), "its access tokens have run out"
    assert revoked.has("b")
    assert not revoked.has("c")
    assert not revoked.overflowed(NOW)


def test_more_than_it_holds_sends_everyone_to_the_database_for_a_while() -> None:
    revoked = Revoked(QUARTER, limit=2)
    for session in "abc":
        revoked.add(session, NOW)

    assert not revoked.has("a")
    assert revoked.overflowed(NOW + QUARTER - timedelta(seconds=1))
    assert not revoked.overflowed(NOW + QUARTER)
