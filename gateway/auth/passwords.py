"""Passwords and PINs as argon2id hashes, computed off the loop by a few threads with a bounded queue."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from rules.refusal import Code, Refusal

THREADS = 2
WAITING = 64  # about two seconds of work for two threads; beyond it callers are told to come again

# OWASP's first choice for argon2id: 46 MiB, one pass, one lane
HASHER = PasswordHasher(time_cost=1, memory_cost=47104, parallelism=1)

BUSY = Refusal(Code.BUSY, "too many people are signing in at once; try again in a few seconds", {"retryAfter": 3})


@dataclass(frozen=True, slots=True)
class Verdict:
    """`renewed`: the hash to store instead, where the right secret had been hashed with weaker parameters."""

    right: bool
    renewed: str | None = None


class Passwords:
    """`hash` and `verify` take about 30 ms of a thread each, whether the account exists or not."""

    def __init__(self, hasher: PasswordHasher = HASHER, threads: int = THREADS, waiting: int = WAITING) -> None:
        self._hasher = hasher
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="passwords")
        self._free = threads + waiting
        self._nobodys = hasher.hash("a password that nobody has")

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    async def hash(self, secret: str) -> str | Refusal:
        if self._free == 0:
            return BUSY
        self._free -= 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, self._hasher.hash, secret)
        finally:
            self._free += 1

    async def verify(self, secret_hash: str | None, secret: str) -> Verdict | Refusal:
        """`secret_hash` None (no such account): the same work, and wrong."""
        if self._free == 0:
            return BUSY
        self._free -= 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, self._verify, secret_hash, secret)
        finally:
            self._free += 1

    def _verify(self, secret_hash: str | None, secret: str) -> Verdict:
        try:
            self._hasher.verify(secret_hash or self._nobodys, secret)
        except (VerificationError, InvalidHashError):
            return Verdict(right=False)
        if secret_hash is None:
            return Verdict(right=False)
        renewed = self._hasher.hash(secret) if self._hasher.check_needs_rehash(secret_hash) else None
        return Verdict(right=True, renewed=renewed)
