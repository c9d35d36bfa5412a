"""Registering, guests, logins, refreshing and signing out, over HTTP."""

import asyncio
from typing import Any

import pytest

from persistence.outage import DatabaseDown
from tests.fakes_http import Answered, Site, running_site

PASSWORD = "Secret123"
DEVICE = "3f0c9c1e-device-of-a-guest"


async def login(site: Site, **body: Any) -> Answered:
    return await site.ask("POST", "/auth/login", {"password": PASSWORD, **body})


async def refresh(site: Site, grant: Any) -> Answered:
    return await site.ask("POST", "/auth/refresh", {"refreshToken": grant["refreshToken"]})


async def is_in(site: Site, grant: Any) -> bool:
    return (await site.ask("GET", "/users/me", token=grant["accessToken"])).status == 200


# --- register ---


async def test_registering_signs_in(site: Site) -> None:
    answer = await site.ask(
        "POST", "/auth/register", {"email": " Ann@Example.ORG ", "password": PASSWORD, "timezone": "Europe/Berlin"}
    )

    assert answer.status == 201
    grant = answer.data
    assert grant["user"]["username"] == "ann"
    assert grant["user"]["timezone"] == "Europe/Berlin"
    assert grant["expiresIn"] == 900
    assert await is_in(site, grant)
    assert (await login(site, email="ann@example.org")).data["user"] == grant["user"]
    assert (await login(site, username="ANN")).status == 200


async def test_an_email_or_username_has_one_account(site: Site) -> None:
    await site.player("ann")
    other = {"email": "other@example.org", "password": PASSWORD}

    assert (
        await site.ask("POST", "/auth/register", {**other, "email": "ANN@example.org"})
    ).code == "EMAIL_ALREADY_EXISTS"
    assert (await site.ask("POST", "/auth/register", {**other, "username": "Ann"})).code == "USERNAME_TAKEN"
    assert (await site.ask("POST", "/auth/register", other)).status == 201


async def test_usernames_made_from_the_same_local_part_differ(site: Site) -> None:
    names = set()
    for host in ("one.org", "two.org", "three.org"):
        body = {"email": f"j.r@{host}", "password": PASSWORD}
        names.add((await site.ask("POST", "/auth/register", body)).data["user"]["username"])

    assert len(names) == 3
    assert all(3 <= len(name) <= 20 for name in names)


BAD_FIELDS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"email": "no address"}, "email"),
    ({"email": "a@b"}, "email"),
    ({"email": None}, "email"),
    ({"email": 7}, "email"),
    ({"password": "short1A"}, "password"),
    ({"password": "nouppercase1"}, "password"),
    ({"password": "NOLOWERCASE1"}, "password"),
    ({"password": "NoDigitsHere"}, "password"),
    ({"password": "Aa1" + "x" * 200}, "password"),
    ({"password": None}, "password"),
    ({"username": "no"}, "username"),
    ({"username": "no spaces"}, "username"),
    ({"username": "ünïcode"}, "username"),
    ({"username": "a" * 21}, "username"),
    ({"timezone": "Mars/Olympus"}, "timezone"),
    ({"isAdmin": True}, "isAdmin"),
    ({"role": "admin"}, "role"),
)


async def test_a_bad_field_is_named(site: Site) -> None:
    for changes, field in BAD_FIELDS:
        answer = await site.ask("POST", "/auth/register", {"email": "ann@example.org", "password": PASSWORD, **changes})
        assert (answer.status, answer.code, answer.fields) == (422, "VALIDATION_FAILED", [field]), changes
        assert PASSWORD not in str(answer.body)
    assert await site.pool.fetchval("SELECT count(*) FROM accounts") == 0


async def test_a_registration_repeated_with_its_key_finds_its_account(site: Site) -> None:
    body = {"email": "ann@example.org", "password": PASSWORD}
    key = {"Idempotency-Key": "first-try"}
    first = await site.ask("POST", "/auth/register", body, headers=key)

    again = await site.ask("POST", "/auth/register", body, headers=key)
    stranger = await site.ask("POST", "/auth/register", {**body, "password": "Another123"}, headers=key)

    assert again.data["user"] == first.data["user"]
    assert stranger.code == "CONFLICT"


async def test_pins_work_only_where_the_operator_allows_them(site: Site, database_url: str) -> None:
    body = {"username": "ann", "pin": "1234"}
    assert (await site.ask("POST", "/auth/register", body)).code == "FORBIDDEN"

    async with running_site(database_url, pin_sign_in=True) as lenient:
        assert (await lenient.ask("POST", "/auth/register", body)).status == 201
        assert (await lenient.ask("POST", "/auth/login", body)).status == 200
        assert (await lenient.ask("POST", "/auth/login", {"username": "ann", "pin": "4321"})).code == "UNAUTHENTICATED"
        as_password = {"username": "ann", "password": "1234"}
        assert (await lenient.ask("POST", "/auth/login", as_password)).code == "UNAUTHENTICATED"
        assert (await lenient.ask("POST", "/auth/register", {"pin": "1234"})).fields == ["username"]


# --- guests ---


async def test_a_device_gets_the_same_guest_until_the_upgrade(site: Site) -> None:
    first = (await site.ask("POST", "/auth/guest", {"deviceId": DEVICE})).data
    again = (await site.ask("POST", "/auth/guest", {"deviceId": DEVICE})).data
    assert first["user"]["id"] == again["user"]["id"]
    assert first["user"]["username"].startswith("guest_")

    full = await site.ask(
        "POST",
        "/auth/register",
        {"email": "ann@example.org", "password": PASSWORD, "username": "ann"},
        token=again["accessToken"],
    )

    assert full.data["user"]["id"] == first["user"]["id"]
    assert full.data["user"]["username"] == "ann"
    assert (await login(site, email="ann@example.org")).data["user"]["id"] == first["user"]["id"]
    other = (await site.ask("POST", "/auth/guest", {"deviceId": DEVICE})).data
    assert other["user"]["id"] != first["user"]["id"]


async def test_an_upgraded_guest_keeps_the_name_they_chose_for_themselves(site: Site) -> None:
    body = {"email": "ann@example.org", "password": PASSWORD}
    named = (await site.ask("POST", "/auth/guest", {"deviceId": DEVICE, "displayName": "Annie"})).data

    user = (await site.ask("POST", "/auth/register", body, token=named["accessToken"])).data["user"]

    assert (user["username"], user["displayName"]) == ("ann", "Annie")


async def test_two_first_calls_of_a_device_at_once_make_one_guest(site: Site) -> None:
    answers = await asyncio.gather(*(site.ask("POST", "/auth/guest", {"deviceId": DEVICE}) for _ in range(4)))

    assert len({answer.data["user"]["id"] for answer in answers}) == 1


async def test_a_device_id_that_could_be_guessed_is_refused_and_none_is_stored(site: Site) -> None:
    assert (await site.ask("POST", "/auth/guest", {"deviceId": "phone"})).fields == ["deviceId"]
    await site.ask("POST", "/auth/guest", {"deviceId": DEVICE})

    rows = await site.pool.fetch("SELECT accounts::text, sign_ins::text FROM accounts, sign_ins")
    assert DEVICE not in str(rows)


async def test_a_full_account_is_not_upgraded_and_a_bad_token_makes_no_second_account(site: Site) -> None:
    ann = await site.player("ann")
    body = {"email": "other@example.org", "password": PASSWORD}

    assert (await site.ask("POST", "/auth/register", body, token=ann["accessToken"])).code == "CONFLICT"
    assert (await site.ask("POST", "/auth/register", body, token="expired")).code == "UNAUTHENTICATED"
    assert (await login(site, email="other@example.org")).code == "UNAUTHENTICATED"


# --- login ---


async def test_unknown_and_known_accounts_get_equal_answers(site: Site) -> None:
    await site.player("ann")

    known = await login(site, email="ann@example.org", password="Wrong1234")
    unknown = await login(site, email="nobody@example.org", password="Wrong1234")

    assert known.status == unknown.status == 401
    assert known.body["error"] == unknown.body["error"]
    assert set(known.headers) == set(unknown.headers)


@pytest.mark.parametrize("name", ["ann@example.org", "nobody@example.org"])
async def test_too_many_failures_delay_known_and_unknown_alike(site: Site, name: str) -> None:
    await site.player("ann")
    for _ in range(5):
        assert (await login(site, email=name, password="Wrong1234")).status == 401
        site.clock.turn(seconds=1)

    refused = await login(site, email=name, password=PASSWORD)

    assert (refused.status, refused.code) == (429, "RATE_LIMITED")
    assert refused.body["error"]["details"]["retryAfter"] == int(refused.headers["Retry-After"]) == 29
    site.clock.turn(seconds=30)
    assert (await login(site, email=name, password=PASSWORD)).status == (200 if name.startswith("ann") else 401)


async def test_an_address_may_try_ten_times_a_minute(site: Site) -> None:
    answers = [await login(site, email=f"nobody{number}@example.org") for number in range(11)]

    assert [answer.status for answer in answers] == [401] * 10 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    site.clock.turn(minutes=1)
    assert (await login(site, email="nobody@example.org")).status == 401


async def test_a_login_needs_one_name_and_one_secret(site: Site) -> None:
    both = {"email": "a@b.org", "username": "a", "password": "x"}
    for body in ({}, {"email": "a@b.org"}, both, {"password": "x"}):
        assert (await site.ask("POST", "/auth/login", body)).status == 422


async def test_a_disabled_account_is_told_so_only_with_the_right_password(site: Site) -> None:
    ann = await site.player("ann")
    await site.auth.set_disabled("ann", True)

    assert (await login(site, username="ann", password="Wrong1234")).code == "UNAUTHENTICATED"
    refused = await login(site, username="ann")
    assert (refused.code, refused.body["error"]["details"]) == ("FORBIDDEN", {"reason": "disabled"})
    assert not await is_in(site, ann)
    assert (await refresh(site, ann)).code == "FORBIDDEN"


# --- refresh ---


async def test_refreshing_gives_new_tokens_without_the_user(site: Site) -> None:
    ann = await site.player("ann")
    site.clock.turn(minutes=16)
    assert not await is_in(site, ann)

    renewed = (await refresh(site, ann)).data

    assert set(renewed) == {"accessToken", "refreshToken", "expiresIn"}
    assert renewed["refreshToken"] != ann["refreshToken"]
    assert await is_in(site, renewed)
    site.clock.turn(days=6)
    renewed = (await refresh(site, renewed)).data
    site.clock.turn(days=7, seconds=1)
    assert (await refresh(site, renewed)).code == "UNAUTHENTICATED"


async def test_a_reused_refresh_token_ends_its_family_and_says_so(site: Site) -> None:
    ann = await site.player("ann")
    thief = (await refresh(site, ann)).data
    site.clock.turn(seconds=11)

    refused = await refresh(site, ann)

    assert (refused.code, refused.body["error"]["details"]) == ("UNAUTHENTICATED", {"reason": "reused"})
    assert [user_id for user_id, _ in site.revoked] == [ann["user"]["id"]]
    assert (await refresh(site, thief)).code == "UNAUTHENTICATED"
    assert not await is_in(site, thief)
    assert (await login(site, username="ann")).status == 200, "other sign-ins go on"


async def test_a_refresh_whose_answer_was_lost_may_be_repeated_for_ten_seconds(site: Site) -> None:
    ann = await site.player("ann")
    first = (await refresh(site, ann)).data
    site.clock.turn(seconds=9)

    second = (await refresh(site, ann)).data

    assert await is_in(site, second)
    third = (await refresh(site, second)).data
    site.clock.turn(seconds=11)
    assert (await refresh(site, first)).code == "UNAUTHENTICATED", (
        "both held one generation: only one use of it is good"
    )
    assert not await is_in(site, third)


async def test_refreshing_many_times_at_once_rotates_once(site: Site) -> None:
    ann = await site.player("ann")

    answers = await asyncio.gather(*(refresh(site, ann) for _ in range(6)))

    assert {answer.status for answer in answers} == {200}
    assert await site.pool.fetchval("SELECT generation FROM sign_ins") == 2


async def test_a_token_of_two_rotations_ago_is_a_reuse_even_at_once(site: Site) -> None:
    ann = await site.player("ann")
    await refresh(site, (await refresh(site, ann)).data)

    assert (await refresh(site, ann)).body["error"]["details"] == {"reason": "reused"}


async def test_an_access_token_does_not_refresh_nor_a_refresh_token_sign_in(site: Site) -> None:
    ann = await site.player("ann")

    assert (await site.ask("POST", "/auth/refresh", {"refreshToken": ann["accessToken"]})).code == "UNAUTHENTICATED"
    assert (await site.ask("GET", "/users/me", token=ann["refreshToken"])).code == "UNAUTHENTICATED"


async def test_a_new_role_arrives_with_the_next_refresh(site: Site) -> None:
    ann = await site.player("ann")
    await site.auth.set_role("ann@example.org", "admin")
    assert (await site.ask("GET", "/admin/actors", token=ann["accessToken"])).status == 200, "admins are looked up"

    renewed = (await refresh(site, ann)).data

    caller = await site.auth.recognise(renewed["accessToken"])
    assert getattr(caller, "role", None) == "admin"
    await site.auth.set_role("ann", "user")
    assert (await site.ask("GET", "/admin/actors", token=renewed["accessToken"])).code == "FORBIDDEN"


# --- signing out ---


async def test_signing_out_ends_this_device_at_once(site: Site) -> None:
    phone = await site.player("ann")
    tablet = (await login(site, username="ann")).data

    assert (await site.ask("POST", "/auth/logout", {"refreshToken": "…"}, token=phone["accessToken"])).status == 200

    assert not await is_in(site, phone)
    assert (await refresh(site, phone)).code == "UNAUTHENTICATED"
    assert await is_in(site, tablet)


async def test_signing_out_everywhere_ends_all(site: Site) -> None:
    phone = await site.player("ann")
    tablet = (await login(site, username="ann")).data
    bob = await site.player("bob")

    answer = await site.ask("POST", "/auth/logout-all", token=phone["accessToken"])

    assert answer.data == {"sessions": 2}
    assert [await is_in(site, each) for each in (phone, tablet, bob)] == [False, False, True]
    assert {user for user, _ in site.revoked} == {phone["user"]["id"]}


async def test_devices_are_listed_and_can_be_signed_out_one_by_one(site: Site) -> None:
    phone = await site.player("ann")
    tablet = (await login(site, username="ann", device="tablet")).data
    bob = await site.player("bob")

    listed = (await site.ask("GET", "/auth/sessions", token=phone["accessToken"])).data
    assert {each["device"]: each["current"] for each in listed} == {"default": True, "tablet": False}
    [session] = [each["id"] for each in listed if not each["current"]]

    assert (await site.ask("DELETE", f"/auth/sessions/{session}", token=bob["accessToken"])).code == "NOT_FOUND"
    gone = await site.ask("DELETE", f"/auth/sessions/{session}", token=phone["accessToken"])
    assert (gone.status, gone.body) == (204, b"")
    assert not await is_in(site, tablet)
    assert (await site.ask("DELETE", f"/auth/sessions/{session}", token=phone["accessToken"])).code == "NOT_FOUND"


async def test_a_restarted_server_still_knows_who_was_signed_out(site: Site, database_url: str) -> None:
    ann = await site.player("ann")
    await site.ask("POST", "/auth/logout", token=ann["accessToken"])

    async with running_site(database_url) as again:
        assert not await is_in(again, ann)


async def test_a_hello_looks_into_the_database(site: Site) -> None:
    ann = await site.player("ann")
    caller = await site.auth.authenticate(ann["accessToken"], "phone")
    assert (getattr(caller, "user_id", None), getattr(caller, "device", None)) == (ann["user"]["id"], "phone")

    await site.pool.execute("UPDATE accounts SET disabled = true")
    disabled = await site.auth.authenticate(ann["accessToken"], "phone")
    await site.pool.execute("DELETE FROM accounts")
    deleted = await site.auth.authenticate(ann["accessToken"], "phone")

    assert getattr(disabled, "details", None) == {"reason": "disabled"}
    assert getattr(deleted, "code", None) == "UNAUTHENTICATED"


async def test_a_database_that_is_away_is_unavailable(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object) -> None:
        raise DatabaseDown("gone")

    ann = await site.player("ann")
    monkeypatch.setattr(site.accounts, "family", away)
    monkeypatch.setattr(site.accounts, "by_email", away)

    assert (await login(site, email="ann@example.org")).code == "UNAVAILABLE"
    assert getattr(await site.auth.authenticate(ann["accessToken"], "phone"), "code", None) == "UNAVAILABLE"
