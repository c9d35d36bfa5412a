"""The pure part of signing in: which secret a request brings, which names an account may get, what collisions mean."""

import hashlib
import re
from collections.abc import Iterator

from actors.ports import Ids
from gateway.auth.ports import SignIn, Taken
from gateway.auth.requests import Login, Register, SessionView
from rules.days import stamp
from rules.ids import derived
from rules.refusal import Code, Refusal, invalid

TRIES = 8  # for a username that is not given; with 16 more random bits each the second hardly ever fails

NO_PINS = Refusal(Code.FORBIDDEN, "this server takes no PINs; register with an e-mail address and a password")


def to_register(request: Register, pins_allowed: bool) -> str | Refusal:
    """→ the text to hash. The kind goes into it, so that a PIN never passes for a password."""
    if request.pin is not None:
        if not pins_allowed:
            return NO_PINS
        if request.password is not None:
            return invalid("pin", "give a password or a PIN, not both")
        if request.username is None:
            return invalid("username", "is needed with a PIN")
        return f"pin:{request.pin}"
    if request.email is None:
        return invalid("email", "is needed")
    if request.password is None:
        return invalid("password", "is needed")
    return f"password:{request.password}"


def to_login(request: Login, pins_allowed: bool) -> str | Refusal:
    """→ the text to check against the hash."""
    if (request.email is None) == (request.username is None):
        return invalid("email", "give the e-mail address or the username")
    if (request.password is None) == (request.pin is None):
        return invalid("password", "give the password or the PIN")
    if request.pin is None:
        return f"password:{request.password}"
    return f"pin:{request.pin}" if pins_allowed else NO_PINS


def device_hash(device_id: str) -> bytes:
    """A plain digest is enough: a device id is random, so there is no dictionary to try."""
    return hashlib.sha256(device_id.encode()).digest()


def nobody(name: str) -> str:
    """Where failed attempts at a name without an account are counted."""
    return derived("nobody", name.lower())


def keyed_id(request: Register, key: str) -> str:
    """The same account for the same request sent twice with its Idempotency-Key."""
    return derived("register", key, request.email, request.username)


def numbered(base: str, ids: Ids) -> str:
    return f"{base[:15]}_{ids.new()[:4]}"


def usernames(request: Register, ids: Ids) -> Iterator[str]:
    """The one asked for; or the e-mail's local part, then with random ends."""
    if request.username is not None:
        yield request.username
        return
    local = (request.email or "").partition("@")[0]
    base = re.sub(r"[^a-z0-9_]+", "_", local).strip("_")[:20]
    if len(base) < 3:
        base = f"player_{base}".rstrip("_")
    yield base
    for _ in range(TRIES):
        yield numbered(base, ids)


def taken(what: Taken) -> Refusal:
    if what == "email":
        return Refusal(Code.EMAIL_ALREADY_EXISTS, "this e-mail address has an account; log in instead")
    if what == "username":
        return Refusal(Code.USERNAME_TAKEN, "this username is taken; choose another")
    return Refusal(Code.CONFLICT, "this Idempotency-Key was used for another registration; send a new one")


def session_view(sign_in: SignIn, current: bool) -> SessionView:
    return SessionView(
        id=sign_in.id,
        device=sign_in.device,
        createdAt=stamp(sign_in.created_at),
        lastUsedAt=stamp(sign_in.used_at),
        current=current,
    )
