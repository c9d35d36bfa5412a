"""Tokens that were forged, mixed up or kept too long are refused; those that we issued are not."""

from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import orjson
import pytest

from gateway.auth.tokens import ALGORITHM, ISSUER, MIN_SECRET, Claims, Tokens, audience, key_id
from rules.refusal import Code, Refusal

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
SECRET, OLD, FOREIGN = "s" * 64, "o" * 64, "f" * 64
CLAIMS = Claims("user-1", "session-1", "user", NOW + timedelta(minutes=15))
REFRESH = Claims("user-1", "session-1", "user", NOW + timedelta(days=7), generation=3)


def payload(**changes: Any) -> dict[str, Any]:
    seconds = int(NOW.timestamp())
    base = {
        "iss": ISSUER,
        "aud": audience("access"),
        "sub": "user-1",
        "sid": "session-1",
        "role": "user",
        "iat": seconds,
        "nbf": seconds,
        "exp": seconds + 900,
    }
    return {name: value for name, value in {**base, **changes}.items() if value is not ...}


def forged(
    secret: str = SECRET, algorithm: str = ALGORITHM, header: dict[str, Any] | None = None, **changes: Any
) -> str:
    fields = {"kid": key_id(SECRET), "typ": "at+jwt", **(header or {})}
    return jwt.encode(payload(**changes), secret, algorithm=algorithm, headers=fields)


def unsigned(**header: Any) -> str:
    parts = [{"alg": "none", "typ": "at+jwt", "kid": key_id(SECRET), **header}, payload()]
    return ".".join(urlsafe_b64encode(orjson.dumps(part)).rstrip(b"=").decode() for part in parts) + "."


def test_what_was_issued_verifies() -> None:
    tokens = Tokens(SECRET)

    assert tokens.verify("access", tokens.issue("access", CLAIMS, NOW), NOW) == CLAIMS
    assert tokens.verify("refresh", tokens.issue("refresh", REFRESH, NOW), NOW) == REFRESH
    assert tokens.verify("access", forged(), NOW) == CLAIMS, "the forgeries below differ from a good token in one thing"


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(unsigned(), id="algorithm none"),
        pytest.param(unsigned(alg="HS256"), id="no signature"),
        pytest.param(forged(secret=FOREIGN, algorithm="HS512"), id="foreign secret with HS512"),
        pytest.param(forged(secret=SECRET, algorithm="HS512"), id="our secret with HS512"),
        pytest.param(forged(secret=FOREIGN), id="foreign secret under our key id"),
        pytest.param(forged(secret=FOREIGN, header={"kid": key_id(FOREIGN)}), id="foreign secret, foreign key id"),
        pytest.param(forged(header={"kid": "x"}), id="unknown key id"),
        pytest.param(forged(header={"kid": ""}), id="empty key id"),
        pytest.param(forged(header={"typ": "JWT"}), id="another type"),
        pytest.param(forged(aud="gauntlet:refresh"), id="refresh audience"),
        pytest.param(forged(aud="somebody else"), id="wrong audience"),
        pytest.param(forged(aud=["gauntlet:access", "other"]), id="several audiences"),
        pytest.param(forged(aud=...), id="no audience"),
        pytest.param(forged(iss="somebody"), id="wrong issuer"),
        pytest.param(forged(sub=7), id="subject no text"),
        pytest.param(forged(sub=...), id="no subject"),
        pytest.param(forged(sid=...), id="no session"),
        pytest.param(forged(sid=[1]), id="session no text"),
        pytest.param(forged(role="root"), id="unknown role"),
        pytest.param(forged(role=["admin"]), id="role no text"),
        pytest.param(forged(exp=...), id="no expiry"),
        pytest.param(forged(exp="9999999999"), id="expiry as text"),
        pytest.param(forged(exp=10**400), id="expiry beyond all time"),
        pytest.param(forged(exp=True), id="expiry as a truth"),
        pytest.param(forged(nbf=int(NOW.timestamp()) + 60), id="not yet valid"),
        pytest.param(forged(iat=int(NOW.timestamp()) + 60), id="issued in the future"),
        pytest.param(forged(gen=1), id="an access token with a generation"),
        pytest.param(forged() + "x", id="signature changed"),
        pytest.param(forged()[:-4], id="signature cut"),
        pytest.param("", id="empty"),
        pytest.param("a.b.c", id="no token at all"),
        pytest.param("é\ud800.b.c", id="no proper text"),
        pytest.param(urlsafe_b64encode(b"[" * 1400).decode() + ".e30.e30", id="a header nested deeply"),
        pytest.param("x" * 100_000, id="huge"),
    ],
)
def test_a_forged_token_is_refused(token: str) -> None:
    refused = Tokens(SECRET).verify("access", token, NOW)

    assert isinstance(refused, Refusal)
    assert refused.code is Code.UNAUTHENTICATED


def test_a_token_seen_before_still_expires() -> None:
    tokens = Tokens(SECRET)
    token = tokens.issue("access", CLAIMS, NOW)

    assert tokens.verify("access", token, NOW) == CLAIMS
    assert tokens.verify("access", token, NOW) == CLAIMS
    refused = tokens.verify("access", token, CLAIMS.expires_at)
    assert isinstance(refused, Refusal)
    assert refused.details == {"reason": "expired"}
    assert isinstance(tokens.verify("refresh", token, NOW), Refusal)


def test_other_libraries_read_what_was_issued() -> None:
    token = Tokens(SECRET).issue("access", CLAIMS, NOW)

    assert jwt.get_unverified_header(token) == {"alg": ALGORITHM, "kid": key_id(SECRET), "typ": "at+jwt"}
    read = jwt.decode(token, SECRET, [ALGORITHM], {"verify_exp": False}, audience=audience("access"), issuer=ISSUER)
    assert read == payload()


def test_a_refresh_token_is_no_access_token_nor_the_other_way_round() -> None:
    tokens = Tokens(SECRET)

    assert isinstance(tokens.verify("access", tokens.issue("refresh", REFRESH, NOW), NOW), Refusal)
    assert isinstance(tokens.verify("refresh", tokens.issue("access", CLAIMS, NOW), NOW), Refusal)


def test_a_token_ends_at_its_second() -> None:
    tokens = Tokens(SECRET)
    token = tokens.issue("access", CLAIMS, NOW)

    assert tokens.verify("access", token, NOW + timedelta(seconds=899)) == CLAIMS
    refused = tokens.verify("access", token, NOW + timedelta(seconds=900))
    assert isinstance(refused, Refusal)
    assert refused.details == {"reason": "expired"}


def test_tokens_of_an_old_secret_stay_good_and_new_ones_use_the_new_secret() -> None:
    before, after = Tokens(OLD), Tokens(SECRET, (OLD,))

    assert after.verify("access", before.issue("access", CLAIMS, NOW), NOW) == CLAIMS
    assert isinstance(before.verify("access", after.issue("access", CLAIMS, NOW), NOW), Refusal)
    assert isinstance(Tokens(SECRET).verify("access", before.issue("access", CLAIMS, NOW), NOW), Refusal)


def test_a_short_secret_is_an_error() -> None:
    with pytest.raises(ValueError, match="32"):
        Tokens("s" * (MIN_SECRET - 1))
