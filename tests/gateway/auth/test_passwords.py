"""Hashes of passwords: argon2id, off the loop, bounded, and as slow for nobody as for somebody."""

import asyncio
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from gateway.auth.passwords import HASHER, Passwords, Verdict
from rules.refusal import Code, Refusal

FAST = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


class CountingHasher(PasswordHasher):
    """Counts how often it verified."""

    verified = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
        self.verified += 1
        return bool(super().verify(hash, password))


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    made = Passwords(FAST)
    yield made
    made.close()


async def test_the_right_secret_verifies_and_others_do_not(passwords: Passwords) -> None:
    hashed = await passwords.hash("Secret123")

    assert isinstance(hashed, str)
    assert hashed.startswith("$argon2id$")
    assert await passwords.verify(hashed, "Secret123") == Verdict(right=True)
    assert await passwords.verify(hashed, "secret123") == Verdict(right=False)
    assert await passwords.verify("no hash", "Secret123") == Verdict(right=False)


async def test_nobodys_password_costs_a_verification_too() -> None:
    hasher = CountingHasher(time_cost=1, memory_cost=64, parallelism=1)
    passwords = Passwords(hasher)

    assert await passwords.verify(None, "a password that nobody has") == Verdict(right=False)
    assert hasher.verified == 1
    passwords.close()


async def test_a_weaker_hash_is_renewed() -> None:
    weak = FAST.hash("Secret123")
    passwords = Passwords(PasswordHasher(time_cost=2, memory_cost=64, parallelism=1))

    verdict = await passwords.verify(weak, "Secret123")

    assert isinstance(verdict, Verdict)
    assert verdict.renewed is not None
    assert await passwords.verify(verdict.renewed, "Secret123") == Verdict(right=True)
    passwords.close()


async def test_a_full_queue_answers_busy() -> None:
    passwords = Passwords(HASHER, threads=1, waiting=1)

    answers = await asyncio.gather(*(passwords.hash("Secret123") for _ in range(3)))

    refused = [each for each in answers if isinstance(each, Refusal)]
    assert [each.code for each in refused] == [Code.BUSY]
    assert isinstance(await passwords.hash("Secret123"), str)
    passwords.close()
