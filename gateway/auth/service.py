"""Signing in and out: registers, guests, logins, the rotation of refresh tokens, and who a token belongs to.

A sign-in on a device is a family of refresh tokens. Using one hands out the next generation:

    generation n  --refresh-->  n + 1        n again within RETRY_WINDOW: n + 1 again (the answer was lost on the way)
                                             n again later, or older:     reuse, the family is revoked

The retry opens no second branch: whoever holds n gets the same generation n + 1, and the first to use that one makes
the other's next use a reuse. So a thief gains one rotation at most before the family ends.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog

from actors.messages import Caller
from actors.ports import Clock, Ids
from gateway.auth import credentials
from gateway.auth.passwords import Passwords
from gateway.auth.ports import Account, Accounts, Role
from gateway.auth.requests import Guest, Login, Refresh, Refreshed, Register, SessionView, SignedIn
from gateway.auth.revoked import Revoked
from gateway.auth.tokens import INVALID, Claims, Tokens
from rules.refusal import Code, Refusal
from rules.resources import Me

RETRY_WINDOW = timedelta(seconds=10)

WRONG = Refusal(Code.UNAUTHENTICATED, "the name or the password is wrong; check both", {"reason": "credentials"})
ENDED = Refusal(Code.UNAUTHENTICATED, "this sign-in has ended; sign in again", {"reason": "revoked"})
REUSED = Refusal(
    Code.UNAUTHENTICATED,
    "this refresh token was used before, so the sign-in was ended; sign in again",
    {"reason": "reused"},
)
DISABLED = Refusal(Code.FORBIDDEN, "this account is disabled; ask the operator", {"reason": "disabled"})
FULL = Refusal(Code.CONFLICT, "you are signed in to a full account already; log out to register another")
DOWN = Refusal(Code.UNAVAILABLE, "the database does not answer; try again in a few seconds", {"retryAfter": 3})

log = structlog.get_logger("auth")


class EnsureUser(Protocol):
    """The user of an account, made if it is not there yet; renamed where the account's username has changed."""

    async def __call__(self, user_id: str, username: str, display_name: str, timezone: str) -> Me | Refusal: ...


class AuthSettings(Protocol):
    @property
    def access_token_seconds(self) -> int: ...
    @property
    def refresh_token_seconds(self) -> int: ...
    @property
    def sign_in_failures(self) -> int: ...
    @property
    def pin_sign_in(self) -> bool: ...


class AuthService:
    def __init__(
        self,
        *,
        accounts: Accounts,
        passwords: Passwords,
        tokens: Tokens,
        ids: Ids,
        clock: Clock,  # real time
        settings: AuthSettings,
        ensure_user: EnsureUser,
        on_revoked: Callable[[str, str], None],  # user id, session id: close what it holds open
    ) -> None:
        self._accounts = accounts
        self._passwords = passwords
        self._tokens = tokens
        self._ids = ids
        self._clock = clock
        self._settings = settings
        self._ensure_user = ensure_user
        self._on_revoked = on_revoked
        self._access = timedelta(seconds=settings.access_token_seconds)
        self._refresh = timedelta(seconds=settings.refresh_token_seconds)
        self._revoked = Revoked(self._access)

    async def start(self) -> None:
        """Before the first request: learn which access tokens must not count any more. Raises ConnectionError."""
        now = self._clock.now()
        await self._accounts.purge(now)
        for session_id in await self._accounts.revoked_since(now - self._access):
            self._revoked.add(session_id, now)

    async def purge(self) -> None:
        """Once an hour. Raises ConnectionError."""
        await self._accounts.purge(self._clock.now())

    # --- who is calling ---

    async def recognise(self, access_token: str, device: str = "default") -> Caller | Refusal:
        """For an HTTP request: by the signature alone, and what this node has revoked."""
        now = self._clock.now()
        claims = self._tokens.verify("access", access_token, now)
        if isinstance(claims, Refusal):
            return claims
        if self._revoked.has(claims.session_id):
            return ENDED
        if self._revoked.overflowed(now):
            return await self.authenticate(access_token, device)
        return Caller(claims.user_id, claims.role, device, claims.session_id)

    async def authenticate(self, access_token: str, device: str) -> Caller | Refusal:
        """For a socket's hello and for admins: by what the database says of the sign-in and its account now."""
        now = self._clock.now()
        claims = self._tokens.verify("access", access_token, now)
        if isinstance(claims, Refusal):
            return claims
        try:
            family = await self._accounts.family(claims.session_id, now)
        except ConnectionError:
            return DOWN
        if family is None or family.account_id != claims.user_id:
            return INVALID
        if family.disabled:
            return DISABLED
        if not family.alive:
            return ENDED
        return Caller(claims.user_id, family.role, device, claims.session_id)

    def expires_at(self, access_token: str) -> datetime:
        """When an access token that `authenticate` has just accepted ends; now, for any other."""
        now = self._clock.now()
        claims = self._tokens.verify("access", access_token, now)
        return now if isinstance(claims, Refusal) else claims.expires_at

    # --- getting in ---

    async def register(
        self, request: Register, *, by: Caller | None = None, key: str | None = None
    ) -> SignedIn | Refusal:
        """A new account, or the upgrade of the guest `by`. With the same `key` and secret again: the same account."""
        secret = credentials.to_register(request, self._settings.pin_sign_in)
        if isinstance(secret, Refusal):
            return secret
        hashed = await self._passwords.hash(secret)
        if isinstance(hashed, Refusal):
            return hashed
        if by is not None:
            return await self._upgrade(by, request, hashed)
        account = await self._insert(request, hashed, secret, key)
        if isinstance(account, Refusal):
            return account
        return await self._enter(account, request.device, request.display_name, request.timezone)

    async def guest(self, request: Guest) -> SignedIn | Refusal:
        device_hash = credentials.device_hash(request.device_id)
        account = await self._accounts.by_device(device_hash)
        while account is None:
            name = credentials.numbered("guest", self._ids)
            made = await self._accounts.insert(self._ids.new(), name, self._clock.now(), device_hash=device_hash)
            if made == "device":  # the same device, asking twice at once
                account = await self._accounts.by_device(device_hash)
            elif not isinstance(made, str):
                account = made
        if account.disabled:
            return DISABLED
        return await self._enter(account, request.device, request.display_name, request.timezone)

    async def login(self, request: Login) -> SignedIn | Refusal:
        """The same answer, after the same work, for a wrong password and for a name that nobody has."""
        secret = credentials.to_login(request, self._settings.pin_sign_in)
        if isinstance(secret, Refusal):
            return secret
        account = await self._account_of(request)
        subject = account.id if account else credentials.nobody(request.email or request.username or "")
        wait = await self._accounts.attempt(subject, self._settings.sign_in_failures, self._clock.now())
        if wait is not None:
            seconds = max(1, round(wait.total_seconds()))
            message = f"too many failed attempts; try again in {seconds} seconds"
            return Refusal(Code.RATE_LIMITED, message, {"retryAfter": seconds})
        verdict = await self._passwords.verify(account.secret_hash if account else None, secret)
        if isinstance(verdict, Refusal):
            return verdict
        if account is None or not verdict.right:
            return WRONG
        await self._accounts.forgive(subject)
        if verdict.renewed:
            await self._accounts.set_secret_hash(account.id, verdict.renewed)
        if account.disabled:
            return DISABLED
        return await self._enter(account, request.device, None, "UTC")

    async def refresh(self, request: Refresh) -> Refreshed | Refusal:
        now = self._clock.now()
        claims = self._tokens.verify("refresh", request.refresh_token, now)
        if isinstance(claims, Refusal):
            return claims
        await self._accounts.rotate(claims.session_id, claims.generation, now, now + self._refresh)
        family = await self._accounts.family(claims.session_id, now)
        if family is None or family.account_id != claims.user_id:
            return INVALID
        if family.disabled:
            return DISABLED
        if not family.alive:
            return ENDED
        # after a rotation by this call, or by the one that this call repeats, the family is exactly one ahead
        if family.generation != claims.generation + 1 or now - family.rotated_at > RETRY_WINDOW:
            await self._end(claims.user_id, claims.session_id)
            log.warning("refresh token reused", user=claims.user_id, session=claims.session_id)
            return REUSED
        return self._hand_out(replace(claims, role=family.role, generation=family.generation), family.rotated_at)

    # --- getting out ---

    async def logout(self, by: Caller) -> None:
        await self._end(by.user_id, by.session_id)

    async def logout_all(self, by: Caller) -> int:
        """→ how many devices were signed out, this one included."""
        return await self._end_all(by.user_id)

    async def sessions(self, by: Caller) -> list[SessionView]:
        found = await self._accounts.sign_ins(by.user_id, self._clock.now())
        return [credentials.session_view(each, current=each.id == by.session_id) for each in found]

    async def end_session(self, by: Caller, session_id: str) -> Refusal | None:
        if not await self._end(by.user_id, session_id):
            return Refusal(Code.NOT_FOUND, "no such session; GET /auth/sessions lists yours")
        return None

    # --- for operators, and for Me ---

    async def account_facts(self, user_id: str) -> Mapping[str, Any]:
        """What `Me` takes from the account: {email, emailVerified, role, disabled}. Raises ConnectionError."""
        account = await self._accounts.by_id(user_id)
        if account is None:
            return {"email": None, "emailVerified": False, "role": "user", "disabled": True}
        return {
            "email": account.email,
            "emailVerified": account.email_verified,
            "role": account.role,
            "disabled": account.disabled,
        }

    async def set_role(self, name: str, role: Role) -> str | None:
        """By username or e-mail → the user id, or None where nobody is called that. Tokens follow when refreshed."""
        account = await self._named(name)
        if account is None:
            return None
        await self._accounts.set_role(account.id, role)
        return account.id

    async def set_disabled(self, name: str, disabled: bool) -> str | None:
        """By username or e-mail → the user id, or None where nobody is called that. Disabling ends every sign-in."""
        account = await self._named(name)
        if account is None:
            return None
        await self._accounts.set_disabled(account.id, disabled)
        if disabled:
            await self._end_all(account.id)
        return account.id

    # --- the parts of these ---

    async def _named(self, name: str) -> Account | None:
        return await (
            self._accounts.by_email(name.strip().lower()) if "@" in name else self._accounts.by_username(name)
        )

    async def _account_of(self, request: Login) -> Account | None:
        if request.email is not None:
            return await self._accounts.by_email(request.email)
        return await self._accounts.by_username(request.username or "")

    async def _insert(self, request: Register, hashed: str, secret: str, key: str | None) -> Account | Refusal:
        account_id = credentials.keyed_id(request, key) if key else self._ids.new()
        for username in credentials.usernames(request, self._ids):
            made = await self._accounts.insert(
                account_id, username, self._clock.now(), email=request.email, secret_hash=hashed
            )
            if not isinstance(made, str):
                return made
            # a collision tells of one index only: a repeated request collides in several
            if key and (before := await self._accounts.by_id(account_id)) is not None:
                verdict = await self._passwords.verify(before.secret_hash, secret)
                if isinstance(verdict, Refusal) or verdict.right:
                    return verdict if isinstance(verdict, Refusal) else before
            if made != "username" or request.username is not None:
                return credentials.taken(made)
        return credentials.taken("username")

    async def _upgrade(self, by: Caller, request: Register, hashed: str) -> SignedIn | Refusal:
        guest = await self._accounts.by_id(by.user_id)
        if guest is None or not guest.is_guest:
            return FULL
        before = await self._ensure_user(guest.id, guest.username, guest.username, request.timezone)
        if isinstance(before, Refusal):
            return before
        chosen = before["displayName"] if before["displayName"] != guest.username else None
        for username in credentials.usernames(request, self._ids):
            done = await self._accounts.upgrade(guest.id, username=username, email=request.email, secret_hash=hashed)
            if done is None:  # somebody else was quicker
                return FULL
            if not isinstance(done, str):
                return await self._enter(done, request.device, request.display_name or chosen, request.timezone)
            if done != "username" or request.username is not None:
                return credentials.taken(done)
        return credentials.taken("username")

    async def _enter(
        self, account: Account, device: str, display_name: str | None, timezone: str
    ) -> SignedIn | Refusal:
        user = await self._ensure_user(account.id, account.username, display_name or account.username, timezone)
        if isinstance(user, Refusal):
            return user
        now = self._clock.now()
        session_id = self._ids.new()
        for gone in await self._accounts.open_sign_in(session_id, account.id, device, now, now + self._refresh):
            self._tell_revoked(account.id, gone, now)
        log.info("signed in", user=account.id, session=session_id, guest=account.is_guest)
        claims = Claims(account.id, session_id, account.role, now, generation=1)
        return SignedIn(user=user, **self._hand_out(claims, now))

    def _hand_out(self, claims: Claims, rotated_at: datetime) -> Refreshed:
        now = self._clock.now()
        access = replace(claims, expires_at=now + self._access, generation=0)
        refresh = replace(claims, expires_at=rotated_at + self._refresh)
        return Refreshed(
            accessToken=self._tokens.issue("access", access, now),
            refreshToken=self._tokens.issue("refresh", refresh, now),
            expiresIn=int(self._access.total_seconds()),
        )

    async def _end(self, user_id: str, session_id: str) -> bool:
        now = self._clock.now()
        done = await self._accounts.revoke(user_id, session_id, now)
        if done:
            self._tell_revoked(user_id, session_id, now)
        return done

    async def _end_all(self, user_id: str) -> int:
        now = self._clock.now()
        ended = await self._accounts.revoke_all(user_id, now)
        for session_id in ended:
            self._tell_revoked(user_id, session_id, now)
        return len(ended)

    def _tell_revoked(self, user_id: str, session_id: str, now: datetime) -> None:
        self._revoked.add(session_id, now)
        self._on_revoked(user_id, session_id)
