"""From a command's name and data to the actor it addresses: the one way in, for sockets and HTTP alike."""

from __future__ import annotations

import hashlib
import time
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, cast

import orjson

from actors.messages import Address, Caller, Command, Key, Permission, Replied, Reply
from gateway.account_facts import AccountFacts
from gateway.answer import Answer
from gateway.catalogue import CATALOGUE, Entry
from gateway.creations import Creations
from gateway.named_users import NamedUsers
from gateway.parsed import Parsed
from gateway.schema import parse
from gateway.sockets.answers import unknown_command
from rules import resources
from rules.ids import derived
from rules.refusal import Code, Refusal, invalid
from rules.user import commands as user

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
    from datetime import datetime

    from actors.ports import Clock, Ids
    from rules.resources import Me

MOST_KEY = 64  # characters

_NO_TOPIC = Refusal(
    Code.NOT_FOUND, "no such topic: topics are user:<id>, group:<id>, session:<id>, challenge:<id> and live"
)


class Directory(Protocol):
    """Where actors are found."""

    def tell(self, address: Address, message: Command) -> None: ...


class Accounts(Protocol):
    """What sign-in knows."""

    async def authenticate(self, token: str, device: str) -> Caller | Refusal: ...

    def expires_at(self, token: str) -> datetime: ...

    async def account_facts(self, user_id: str) -> Mapping[str, Any]: ...


class Records(Protocol):
    """Answers that come from what is stored rather than from a live actor."""

    def answer(self, command: Command) -> None: ...


class Dispatcher:
    """Fits `gateway.backend.Backend`."""

    def __init__(
        self,
        *,
        directory: Directory,
        accounts: Accounts,
        records: Records,
        clock: Clock,
        ids: Ids,
        refused: Callable[[str], None],
        existing: Callable[[Sequence[str]], Awaitable[Collection[str]]],
        stored: Mapping[str, Records] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`stored`: who answers the commands that go by way of what is stored, by the first word of their names.

        `existing`: those of the ids that are some user's.
        """
        self._directory = directory
        self._accounts = accounts
        self._creations = Creations(monotonic)
        self._named = NamedUsers(existing)
        self._facts = AccountFacts(accounts.account_facts)
        self._records = records
        self._stored = stored or {}
        self._clock = clock
        self._ids = ids
        self._refused = refused

    def now(self) -> datetime:
        return self._clock.now()

    async def sign_in(self, token: str, device: str) -> Caller | Refusal:
        return await self._accounts.authenticate(token, device)

    def expires_at(self, token: str) -> datetime:
        return self._accounts.expires_at(token)

    async def me(self, caller: Caller) -> tuple[Me, list[str]] | Refusal:
        """The caller's live state, and the topics that their connections watch, the user's own first."""
        await self._facts.refresh(caller.user_id)
        reply = await self.ask("user:me", {}, caller)
        if isinstance(reply, Refusal):
            return reply
        topics = [
            f"user:{caller.user_id}",
            *(f"group:{group_id}" for group_id in reply["groups"]),
            *(f"challenge:{challenge_id}" for challenge_id in reply["challenges"]),
        ]
        if session_id := reply.get("sessionId"):
            topics.append(f"session:{session_id}")
        return cast("Me", reply), topics

    async def ensure_user(self, user_id: str, username: str, display_name: str, timezone: str) -> Me | Refusal:
        """The account's player, made or renamed if need be."""
        await self._facts.refresh(user_id)
        command = user.Register(username, display_name, timezone)
        answer = Answer()
        message = Command(command, Caller(user_id), Permission.SELF, self._clock.now(), self._facts.completing(answer))
        self._directory.tell(Address("user", user_id), message)
        return cast("Me | Refusal", await answer)

    def view(self, topic: str, caller: Caller, code: str | None, reply: Replied) -> None:
        """The state behind a topic, or NOT_FOUND for those who may not watch it."""
        kind, _, id = topic.partition(":")
        if topic == "live":
            reply({})
        elif kind == "user" and id == caller.user_id:
            self.send("user:me", {}, caller, None, reply)
        elif (name := f"{kind}:view") in CATALOGUE and id == id.lower():  # pushes go to the one name that a topic has
            data = {f"{kind}Id": id} if code is None else {f"{kind}Id": id, "code": code}
            self.send(name, data, caller, None, lambda answer: reply(_hidden(answer)))
        else:
            reply(_NO_TOPIC)

    def send(self, name: str, data: Any, caller: Caller, key: str | None, reply: Replied) -> None:
        """Validate a command of the catalogue and hand it to its actor; `reply` is called exactly once."""
        entry = CATALOGUE.get(name)
        if entry is None or entry.command is None:
            self._refuse(reply, unknown_command(name))
            return
        if entry.may is Permission.ADMIN and caller.role != "admin":
            self._refuse(reply, Refusal(Code.FORBIDDEN, "only an admin may do that"))
            return
        if isinstance(data, Parsed):
            command, data = data.command, data.said
        else:
            command = parse(entry.command, {} if data is None else data)
        if isinstance(command, Refusal):
            self._refuse(reply, command)
            return
        if key is not None and not 0 < len(key) <= MOST_KEY:
            self._refuse(reply, invalid("key", f"must be 1 to {MOST_KEY} characters"))
            return
        if entry.reply is resources.Me:
            reply = self._facts.completing(reply)
        if _creates(entry, command) and (too_many := self._creations.charge(entry.to, caller.user_id, key)) is not None:
            self._refuse(reply, too_many)
            return
        claim = None if key is None or entry.reads else Key(caller.user_id, key, _fingerprint(name, data))
        if not entry.names_users and not self._named.keeps_waiting(caller.user_id):
            self._deliver(entry, command, caller, claim, self._counted(reply))
        else:
            reply = self._counted(reply)
            go = partial(self._deliver, entry, command, caller, claim, reply)
            self._named.let_pass(caller.user_id, command if entry.names_users else None, go, reply)

    def _deliver(self, entry: Entry, command: Any, caller: Caller, claim: Key | None, reply: Replied) -> None:
        own, onward = Address("user", caller.user_id), None
        address = own if entry.to in ("self", "records") else self._address(entry, command, caller, claim)
        if entry.by_way_of_user:
            address, onward = own, address
        message = Command(command, caller, entry.may, self._clock.now(), reply, claim, entry.reads, onward)
        if entry.to == "records":
            self._records.answer(message)
        elif entry.stored:
            self._stored[entry.name.partition(":")[0]].answer(message)
        else:
            self._directory.tell(address, message)

    async def ask(self, name: str, data: Any, caller: Caller, key: str | None = None) -> Reply:
        """`send`, awaited."""
        answer = Answer()
        self.send(name, data, caller, key, answer)
        return await answer

    def _address(self, entry: Entry, command: Any, caller: Caller, claim: Key | None) -> Address:
        if _creates(entry, command):
            # a repeated key finds what it made the first time
            return Address(entry.to, self._ids.new() if claim is None else derived(entry.to, caller.user_id, claim.key))
        if entry.to == "topic":
            kind, _, id = command.topic.partition(":")
            return Address(kind, id)
        return Address(entry.to, getattr(command, f"{entry.to}_id"))

    def _refuse(self, reply: Replied, refusal: Refusal) -> None:
        self._refused(refusal.code)
        reply(refusal)

    def _counted(self, reply: Replied) -> Replied:
        def counted(answer: Reply) -> None:
            if isinstance(answer, Refusal):
                self._refused(answer.code)
            reply(answer)

        return counted


def _creates(entry: Entry, command: Any) -> bool:
    """Does it make a new actor? One that names an existing one is to that."""
    return entry.creates and getattr(command, f"{entry.to}_id", None) is None


def _fingerprint(name: str, data: Any) -> str:
    said = orjson.dumps([name, data], option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(said, digest_size=12).hexdigest()


def _hidden(answer: Reply) -> Reply:
    """A topic that can't be one is a topic that is not there."""
    if isinstance(answer, Refusal) and answer.code is Code.VALIDATION_FAILED:
        return _NO_TOPIC
    return answer
