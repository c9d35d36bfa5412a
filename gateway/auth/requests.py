"""What clients send to sign in, and what they get: the bodies of the /auth routes."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Annotated, NotRequired, TypedDict

from pydantic import AfterValidator, Field

from rules.fields import Device, Name, Wire, Zone
from rules.resources import Id, Me, Time

_EMAIL = re.compile(r"[^\s@\"(),:;<>\[\\\]\x00-\x20]{1,64}@[^\s@]{1,190}\.[^\s@.]{2,63}\Z")
_USERNAME = re.compile(r"[A-Za-z0-9_]{3,20}\Z")
_PIN = re.compile(r"[0-9]{4}\Z")


def _email(text: str) -> str:
    normal = unicodedata.normalize("NFKC", text).strip().lower()
    if not _EMAIL.match(normal):
        raise ValueError("must be an e-mail address, like ann@example.org")
    return normal


def _username(text: str) -> str:
    if not _USERNAME.match(text):
        raise ValueError("must have 3 to 20 letters, digits or underscores")
    return text


def _password(text: str) -> str:
    kinds = (str.isupper, str.islower, str.isdigit)
    if len(text) < 8 or not all(any(map(kind, text)) for kind in kinds):
        raise ValueError("must have at least 8 characters, with an upper-case letter, a lower-case letter and a digit")
    return unicodedata.normalize("NFKC", text)


def _pin(text: str) -> str:
    if not _PIN.match(text):
        raise ValueError("must be 4 digits")
    return text


Email = Annotated[
    str, Field(strict=True, max_length=254, json_schema_extra={"format": "email"}), AfterValidator(_email)
]
Username = Annotated[str, Field(strict=True, max_length=20, min_length=3), AfterValidator(_username)]
# 128 characters are plenty, and keep hashing cheap
Password = Annotated[str, Field(strict=True, max_length=128, min_length=8), AfterValidator(_password)]
Pin = Annotated[str, Field(strict=True, max_length=4, min_length=4), AfterValidator(_pin)]
# what was good when the account was made must stay good, so a sign-in only limits the length
Secret = Annotated[
    str,
    Field(strict=True, min_length=1, max_length=128),
    AfterValidator(lambda text: unicodedata.normalize("NFKC", text)),
]
DeviceId = Annotated[str, Field(strict=True, min_length=16, max_length=256)]
Token = Annotated[str, Field(strict=True, min_length=1, max_length=4096)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Register(Wire):
    """A new account by e-mail and password, or by username and PIN where the operator allows it.

    Sent with a guest's token it turns the guest's account into a full one, with everything it has earned.
    """

    email: Email | None = None
    password: Password | None = None
    pin: Pin | None = None
    username: Username | None = None
    """3 to 20 letters, digits, underscores; unique without regard to case. Made from the e-mail when left out."""
    display_name: Name | None = None
    timezone: Zone = "UTC"
    device: Device = "default"
    """A label for the list of signed-in devices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest(Wire):
    """A playable account for a device, without a sign-up."""

    device_id: DeviceId
    """The credential: made at random by the client, at least 16 characters, kept secret on the device. The same one
    opens the same account until `register` upgrades it."""
    display_name: Name | None = None
    timezone: Zone = "UTC"
    device: Device = "default"
    """A label for the list of signed-in devices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login(Wire):
    """E-mail or username, with the password or PIN."""

    email: Email | None = None
    username: Annotated[str, Field(strict=True, min_length=1, max_length=64)] | None = None
    password: Secret | None = None
    pin: Pin | None = None
    device: Device = "default"
    """A label for the list of signed-in devices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refresh(Wire):
    """Trade a refresh token for new tokens. Each is good once; the old one again ends the whole sign-in."""

    refresh_token: Token


@dataclass(frozen=True, slots=True, kw_only=True)
class Logout(Wire):
    """Ends the sign-in that the access token belongs to."""

    refresh_token: Token | None = None
    """Its refresh token; not needed, since the access token says which sign-in it is."""


class Refreshed(TypedDict):
    accessToken: str
    refreshToken: str
    expiresIn: int


class SignedIn(Refreshed):
    user: Me


class SessionView(TypedDict):
    """A device that is signed in."""

    id: Id
    device: str
    createdAt: Time
    lastUsedAt: Time
    current: NotRequired[bool]
