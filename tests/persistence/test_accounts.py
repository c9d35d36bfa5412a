"""Accounts, sign-ins and failures in a real PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest

from persistence.accounts import MAX_DELAY, SIGN_INS_PER_ACCOUNT, Account, Accounts
from persistence.outage import DatabaseDown

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.fixture
async def accounts(database_url: str) -> AsyncIterator[Accounts]:
    async with asyncpg.create_pool(database_url, min_size=1, max_size=4) as pool:
        yield Accounts(pool)


def new() -> str:
    return str(uuid4())


async def ann(accounts: Accounts, **more: str) -> Account:
    made = await accounts.insert(new(), "Ann", NOW, email="ann@example.org", secret_hash="hash", **more)
    assert isinstance(made, Account)
    return made


async def test_an_account_is_found_by_id_email_and_username_in_any_case(accounts: Accounts) -> None:
    made = await ann(accounts)

    assert made == await accounts.by_id(made.id)
    assert made == await accounts.by_email("ann@example.org")
    assert made == await accounts.by_username("aNN")
    assert await accounts.by_username("anna") is None


async def test_usernames_are_unique_without_regard_to_case(accounts: Accounts) -> None:
    await ann(accounts)

    assert await accounts.insert(new(), "ANN", NOW, secret_hash="hash") == "username"
    assert await accounts.insert(new(), "Other", NOW, email="ann@example.org") == "email"


async def test_a_guest_is_found_by_device_until_the_upgrade(accounts: Accounts) -> None:
    guest = await accounts.insert(new(), "guest_1", NOW, device_hash=b"device")
    assert isinstance(guest, Account)
    assert guest.is_guest
    assert await accounts.insert(new(), "guest_2", NOW, device_hash=b"device") == "device"

    full = await accounts.upgrade(guest.id, username="gus", email="g@example.org", secret_hash="hash")

    assert isinstance(full, Account)
    assert (full.id, full.username, full.is_guest) == (guest.id, "gus", False)
    assert await accounts.by_device(b"device") is None
    assert await accounts.upgrade(guest.id, username="gus", email=None, secret_hash="other") is None


async def test_an_upgrade_cannot_take_a_name_that_is_taken(accounts: Accounts) -> None:
    await ann(accounts)
    guest = await accounts.insert(new(), "guest_1", NOW, device_hash=b"device")
    assert isinstance(guest, Account)

    assert await accounts.upgrade(guest.id, username="ann", email=None, secret_hash="hash") == "username"
    assert await accounts.by_device(b"device") == guest


async def test_only_one_of_many_at_once_rotates_a_generation(accounts: Accounts) -> None:
    account = await ann(accounts)
    family = new()
    await accounts.open_sign_in(family, account.id, "phone", NOW, NOW + WEEK)

    rotated = await asyncio.gather(*(accounts.rotate(family, 1, NOW, NOW + WEEK) for _ in range(8)))

    assert sum(rotated) == 1
    stored = await accounts.family(family, NOW)
    assert stored is not None
    assert (stored.generation, stored.alive) == (2, True)


async def test_a_revoked_or_expired_family_rotates_no_more(accounts: Accounts) -> None:
    account = await ann(accounts)
    revoked, expired = new(), new()
    for family in (revoked, expired):
        await accounts.open_sign_in(family, account.id, "phone", NOW, NOW + WEEK)

    assert await accounts.revoke(account.id, revoked, NOW)
    assert not await accounts.revoke(account.id, revoked, NOW)
    assert not await accounts.rotate(revoked, 1, NOW, NOW + WEEK)
    assert not await accounts.rotate(expired, 1, NOW + WEEK, NOW + 2 * WEEK)
    assert await accounts.revoked_since(NOW) == [revoked]
    assert [each.id for each in await accounts.sign_ins(account.id, NOW)] == [expired]


async def test_one_account_cannot_revoke_anothers_sign_in(accounts: Accounts) -> None:
    account = await ann(accounts)
    other = await accounts.insert(new(), "bob", NOW)
    assert isinstance(other, Account)
    family = new()
    await accounts.open_sign_in(family, account.id, "phone", NOW, NOW + WEEK)

    assert not await accounts.revoke(other.id, family, NOW)
    assert await accounts.revoke_all(other.id, NOW) == []
    assert await accounts.revoke_all(account.id, NOW) == [family]


async def test_the_oldest_sign_in_goes_when_an_account_has_too_many(accounts: Accounts) -> None:
    account = await ann(accounts)
    families = [new() for _ in range(SIGN_INS_PER_ACCOUNT + 1)]

    gone = [
        await accounts.open_sign_in(family, account.id, "phone", NOW + timedelta(seconds=at), NOW + WEEK)
        for at, family in enumerate(families)
    ]

    assert gone[:-1] == [[]] * SIGN_INS_PER_ACCOUNT
    assert gone[-1] == [families[0]]


async def test_failures_delay_longer_and_longer_up_to_an_hour(accounts: Accounts) -> None:
    subject, now = new(), NOW
    for _ in range(5):
        assert await accounts.attempt(subject, 5, now) is None

    delays = []
    for _ in range(10):
        delay = await accounts.attempt(subject, 5, now)
        assert delay is not None
        delays.append(int(delay.total_seconds()))
        now += delay
        assert await accounts.attempt(subject, 5, now) is None

    assert delays[:4] == [30, 60, 120, 240]
    assert delays[-1] == MAX_DELAY.total_seconds()


async def test_parallel_attempts_cannot_slip_past_the_limit(accounts: Accounts) -> None:
    subject = new()

    waits = await asyncio.gather(*(accounts.attempt(subject, 5, NOW) for _ in range(20)))

    assert waits.count(None) == 5


async def test_success_forgives_and_a_day_forgets(accounts: Accounts) -> None:
    subject, other = new(), new()
    for each in (subject, other):
        for _ in range(5):
            await accounts.attempt(each, 5, NOW)

    await accounts.forgive(subject)
    assert await accounts.attempt(subject, 5, NOW) is None
    later = NOW + timedelta(days=1, seconds=1)
    assert await accounts.attempt(other, 5, later) is None
    assert await accounts.attempt(other, 5, later) is None


async def test_purging_keeps_what_still_decides(accounts: Accounts) -> None:
    account = await ann(accounts)
    old, living = new(), new()
    await accounts.open_sign_in(old, account.id, "phone", NOW - 2 * WEEK, NOW - WEEK)
    await accounts.open_sign_in(living, account.id, "phone", NOW, NOW + WEEK)

    await accounts.purge(NOW)

    assert await accounts.family(old, NOW) is None
    assert await accounts.family(living, NOW) is not None


async def test_a_database_that_is_away_is_a_connection_error() -> None:
    pool = await asyncpg.create_pool("postgresql://nobody@127.0.0.1:9/none", min_size=0)

    with pytest.raises(DatabaseDown):
        await Accounts(pool).by_username("ann")
    assert issubclass(DatabaseDown, ConnectionError)
