"""Access and refresh tokens: JWTs signed with HS256 and nothing else.

Both kinds differ in audience and header type, so that one never passes for the other. `kid` names the secret: an old
secret still verifies while its last tokens live, so operators can change the secret without signing anybody out.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Literal, TypeAlias

import jwt

from gateway.auth.ports import Role
from rules.refusal import Code, Refusal

ALGORITHM = "HS256"
ISSUER = "gauntlet"
MIN_SECRET = 32  # characters; RFC 7518 3.2 wants at least 256 bits for HS256
MAX_TOKEN = 2048  # characters; ours have about 400
_KEPT = 4096  # verified tokens; their times are checked each time
SKEW = 5  # seconds that a node's clock may be ahead of another's

Use: TypeAlias = Literal["access", "refresh"]
_TYPE: dict[Use, str] = {"access": "at+jwt", "refresh": "rt+jwt"}  # RFC 9068 2.1 for the first
_ROLES: tuple[Role, ...] = ("user", "premium", "admin")

INVALID = Refusal(Code.UNAUTHENTICATED, "the token is not valid; sign in again", {"reason": "invalid"})
EXPIRED = Refusal(
    Code.UNAUTHENTICATED, "the token has expired; get a new one with the refresh token", {"reason": "expired"}
)


def audience(use: Use) -> str:
    return f"{ISSUER}:{use}"


def key_id(secret: str) -> str:
    """Names a secret without telling anything about it."""
    return hashlib.sha256(f"gauntlet key id\0{secret}".encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified token says. `generation` counts the refresh tokens of a family; 0 in access tokens."""

    user_id: str
    session_id: str
    role: Role
    expires_at: datetime
    generation: int = 0


class Tokens:
    def __init__(self, secret: str, old_secrets: tuple[str, ...] = ()) -> None:
        for each in (secret, *old_secrets):
            if len(each) < MIN_SECRET:
                raise ValueError(
                    f"a signing secret must have at least {MIN_SECRET} characters, this one has {len(each)}"
                )
        self._kid = key_id(secret)
        self._secrets = {key_id(each): each for each in (*old_secrets, secret)}
        # a client shows the same token with every request; what is wrong raises, and is not kept
        self._signed = lru_cache(_KEPT)(self._decode)

    def issue(self, use: Use, claims: Claims, now: datetime) -> str:
        issued = int(now.timestamp())
        payload: dict[str, Any] = {
            "iss": ISSUER,
            "aud": audience(use),
            "sub": claims.user_id,
            "sid": claims.session_id,
            "role": claims.role,
            "iat": issued,
            "nbf": issued,
            "exp": int(claims.expires_at.timestamp()),
        }
        if use == "refresh":
            payload["gen"] = claims.generation
        header = {"kid": self._kid, "typ": _TYPE[use]}
        return jwt.encode(payload, self._secrets[self._kid], algorithm=ALGORITHM, headers=header)

    def verify(self, use: Use, token: str, now: datetime) -> Claims | Refusal:
        """UNAUTHENTICATED for whatever this server did not issue for this use, or that is not valid at `now`."""
        if len(token) > MAX_TOKEN:
            return INVALID
        try:
            payload = self._signed(use, token)
        except (jwt.PyJWTError, ValueError, RecursionError):
            return INVALID
        return _claims(use, payload, now)

    def _decode(self, use: Use, token: str) -> Mapping[str, Any]:
        """What the token says, where one of our secrets has signed it for this use. Times are not looked at."""
        header = jwt.get_unverified_header(token)
        secret = self._secrets.get(str(header.get("kid")))
        if secret is None or header.get("alg") != ALGORITHM or header.get("typ") != _TYPE[use]:
            raise ValueError("not signed by this server for this use")
        return jwt.decode(
            token,
            secret,
            algorithms=[ALGORITHM],
            audience=audience(use),
            issuer=ISSUER,
            options={
                "require": ["iss", "aud", "sub", "sid", "role", "iat", "nbf", "exp"],
                "strict_aud": True,
                "verify_exp": False,
                "verify_nbf": False,
                "verify_iat": False,
            },
        )


def _claims(use: Use, payload: Mapping[str, Any], now: datetime) -> Claims | Refusal:
    seconds = now.timestamp()
    expires, not_before, issued = payload["exp"], payload["nbf"], payload["iat"]
    generation = payload.get("gen", 0)
    if not all(type(each) is int for each in (expires, not_before, issued, generation)):
        return INVALID
    if not isinstance(payload["sid"], str) or payload["role"] not in _ROLES or (use == "refresh") != (generation > 0):
        return INVALID
    if not_before > seconds + SKEW or issued > seconds + SKEW:
        return INVALID
    if expires <= seconds:
        return EXPIRED
    try:
        expires_at = datetime.fromtimestamp(expires, UTC)
    except (OverflowError, ValueError, OSError):
        return INVALID
    return Claims(payload["sub"], payload["sid"], payload["role"], expires_at, generation)
