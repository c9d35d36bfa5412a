"""The page at `/`, in a real browser against a real server: a guest walks, someone else overtakes, the line breaks.

Needs a Chromium on the PATH; says so loudly where there is none.
"""

import os
import re
import shutil
import signal
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

from gateway.client.accounts import account, open_socket
from gateway.client.http import Api
from gateway.client.socket import GauntletSocket
from gateway.replay.own_server import OwnServer
from tests.conftest import fresh_home
from tests.play.cable import Cable

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
PASSWORD = "Walk4fun!"
CUT_OFF = re.compile(r"WebSocket connection to .* failed|net::ERR_")  # what a browser says of a cut line

pytestmark = [pytest.mark.browser, pytest.mark.serial, pytest.mark.asyncio(loop_scope="module")]


# --- the story ---


async def test_a_guest_joins_with_one_click_and_earns_as_they_walk(world: "World") -> None:
    async with world.visitor("Robin") as seen:
        page = seen.page
        await expect(page.locator("#challenge-name")).to_have_text(world.name)
        await page.click("#join")
        await expect(page.locator("#rows .lane.own")).to_contain_text("Robin")

        await add(page, 1200)
        await page.click('[data-add="100"]')
        await page.click('[data-add="250"]')

        await expect(page.locator("#rows .lane.own .score")).to_have_text("1,550")
        await expect(page.locator("#own-rank")).to_have_text(re.compile(r"^\d+(st|nd|rd|th)$"))
        await expect(page.locator("#xp")).to_have_text("15")  # one for every hundred steps
        await expect(page.locator("#badge-list .earned").first).to_be_visible()
        await expect(page.locator("#feed")).to_contain_text("Badge earned")
        await expect(page.locator("#streaks .lit")).to_be_visible()

        await add(page, 2000)
        await expect(page.locator("#steps .note")).to_contain_text("Fair play")
        assert seen.complaints == []


async def test_being_overtaken_shows_as_it_happens(world: "World") -> None:
    async with world.visitor("Ada") as seen, world.player("rival", "Boris") as rival:
        page = seen.page
        await rival.request("challenge:join", {"challengeId": world.challenge_id})
        await walk(rival, 5900)
        await page.click("#join")
        await add(page, 6000)
        mine, theirs = page.locator("#rows .lane.own"), page.locator("#rows .lane", has_text="Boris")
        await expect(mine).to_have_attribute("data-rank", "1")
        await expect(theirs).to_have_attribute("data-rank", "2")
        await expect(page.locator("#own-rank")).to_have_text("1st")

        await walk(rival, 6190)

        await expect(theirs).to_have_attribute("data-rank", "1")
        await expect(mine).to_have_attribute("data-rank", "2")
        await expect(page.locator("#rows .lane").first).to_contain_text("Boris")
        await expect(page.locator("#own-rank")).to_have_text("2nd")
        await expect(page.locator("#gap")).to_have_text("190 steps behind Boris.")
        await expect(page.locator("#feed")).to_contain_text("Boris passed you.")
        assert seen.complaints == []


async def test_an_invitation_and_a_badge_show_once(world: "World") -> None:
    """Each has a push of its own and is a notification as well."""
    async with world.visitor("Ivy") as seen, world.player("inviter", "Ingo") as host:
        page = seen.page
        await page.click("#join")
        await add(page, 1000)
        await expect(page.locator("#feed")).to_contain_text("Badge earned")
        rows = (await host.request("challenge:leaderboard", {"challengeId": world.challenge_id}))["rows"]
        (ivy,) = [row["userId"] for row in rows if row["name"] == "Ivy"]
        about = {"challengeId": await live_challenge(host, "Round two")}
        await host.request("challenge:invite", {**about, "userIds": [ivy]})
        await host.request("friend:request", {"userId": ivy})
        await expect(page.locator("#feed")).to_contain_text("Ingo wants to be your friend.")
        await expect(page.locator("#feed").get_by_text("invited to")).to_have_count(1)
        await expect(page.locator("#feed").get_by_text("New badge")).to_have_count(0)
        assert seen.complaints == []


async def test_a_cut_line_costs_nothing(world: "World") -> None:
    """What others did meanwhile is there after the reconnect, and what the player did counts once."""
    async with Cable(world.port) as cable, world.player("other", "Cleo") as other:
        await other.request("challenge:join", {"challengeId": world.challenge_id})
        async with world.visitor("Dora", port=cable.port) as seen:
            page = seen.page
            await page.click("#join")
            await page.click('[data-add="250"]')
            await expect(page.locator("#rows .lane.own .score")).to_have_text("250")

            cable.cut()
            await expect(page.locator(".pill")).to_contain_text("Reconnecting")
            await page.click('[data-add="250"]')
            await walk(other, 1234)
            cable.mend()

            await expect(page.locator(".pill")).to_have_text("Resumed", timeout=30_000)
            await expect(page.locator("#rows .lane.own .score")).to_have_text("500")
            await expect(page.locator("#rows .lane", has_text="Cleo").locator(".score")).to_have_text("1,234")
            await page.reload()
            await expect(page.locator("#steps-total")).to_have_text("500")
            await expect(page.locator("#rows .lane.own .score")).to_have_text("500")
            assert [line for line in seen.complaints if not CUT_OFF.search(line)] == []


async def test_a_killed_server_is_waited_for(world: "World") -> None:
    """kill -9, and the page goes on where it was as soon as the server is back."""
    async with world.visitor("Emil") as seen:
        page = seen.page
        await page.click("#join")
        await page.click('[data-add="100"]')
        await expect(page.locator("#rows .lane.own .score")).to_have_text("100")

        world.kill()
        await expect(page.locator(".pill")).to_contain_text("Reconnecting")
        await page.click('[data-add="100"]')

        await expect(page.locator(".pill")).to_have_text(re.compile("Resumed|Live"), timeout=60_000)
        await expect(page.locator("#rows .lane.own .score")).to_have_text("200")
        assert [line for line in seen.complaints if not CUT_OFF.search(line)] == []


async def test_a_host_runs_a_challenge_from_the_page(world: "World") -> None:
    async with world.visitor("Hanna") as seen:
        page = seen.page
        await page.click("#create")
        await page.fill("dialog [name=name]", "Stairs at noon")
        await page.click("dialog button[type=submit]")
        await expect(page.locator("#challenge-name")).to_have_text("Stairs at noon")
        await expect(page.locator("#rows .lane.own")).to_be_visible()
        state = page.locator("#challenge .state")
        await page.click("[data-action=start]")
        await expect(state).to_have_text("Live")
        await page.click('[data-add="250"]')
        await expect(page.locator("#rows .lane.own .score")).to_have_text("250")
        await page.click("[data-action=pause]")
        await expect(state).to_have_text("Paused")
        await page.click("[data-action=resume]")
        await page.click("[data-action=announce]")
        await page.fill("dialog [name=text]", "Last minutes!")
        await page.click("dialog button[type=submit]")
        await expect(page.locator(".announcement")).to_contain_text("Last minutes!")
        await page.click("#rows .lane.own button")
        await page.fill("dialog [name=reason]", "just to see")
        await page.click("dialog button[type=submit]")
        await expect(page.locator("#rows .lane.own")).to_contain_text("disqualified")
        await page.click("#rows .lane.own button")
        await page.fill("dialog [name=reason]", "seen")
        await page.click("dialog button[type=submit]")
        await expect(page.locator("#rows .lane.own")).to_have_attribute("data-rank", "1")
        for _ in range(2):  # over, then final
            await page.click("[data-action=finish]:visible")
            await page.click("dialog button[type=submit]")
            await expect(page.locator("dialog")).to_have_count(0)
        await expect(page.locator("#podium")).to_contain_text("Final standings")
        await expect(page.locator("#podium li.own")).to_contain_text("250 steps")
        assert seen.complaints == []


async def test_a_guest_keeps_their_progress_with_an_account(world: "World") -> None:
    async with world.visitor("Gus") as seen:
        page = seen.page
        await page.click('[data-add="250"]')
        await expect(page.locator("#xp")).to_have_text("2")
        await page.click(".chip")
        await page.click("text=Keep my progress")
        await page.fill("dialog [name=email]", "gus@example.org")
        await page.fill("dialog [name=password]", PASSWORD)
        await page.click("dialog button[type=submit]")
        await expect(page.locator(".toast")).to_contain_text("yours to keep")
        await page.click(".chip")
        await page.click(".menu >> text=Sign out")
        await page.click("dialog button[type=submit]")
        await page.click("text=I have an account")
        await page.fill("#in-email", "gus@example.org")
        await page.fill("#in-password", PASSWORD)
        await page.press("#in-password", "Enter")
        await expect(page.locator(".chip")).to_contain_text("Gus")
        await expect(page.locator("#xp")).to_have_text("2")
        assert seen.complaints == []


@pytest.mark.parametrize("colours", ["light", "dark"])
async def test_on_a_phone_everything_is_within_reach(world: "World", colours: Any) -> None:
    """Nothing is wider than the screen, and the step buttons stay where the thumb is."""
    async with world.visitor("Fay", viewport=PHONE, colours=colours) as seen:
        page = seen.page
        for tab in ("race", "you", "feed"):
            await page.click(f'#tabs [data-tab="{tab}"]')
            assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
            await expect(page.locator('[data-add="100"]')).to_be_in_viewport()
        await page.click("#walk")
        await expect(page.locator("#walk")).to_have_attribute("aria-checked", "true")
        await expect(page.locator("#steps-total")).not_to_have_text("0")
        assert seen.complaints == []


# --- the world of these tests ---


@dataclass
class Visit:
    page: Page
    complaints: list[str] = field(default_factory=list)
    """Errors of the console, among them violations of the content security policy; uncaught exceptions."""


@dataclass
class World:
    """A running server with one live challenge, and a browser."""

    browser: Browser
    server: OwnServer
    api: Api
    challenge_id: str
    name: str

    @property
    def port(self) -> int:
        return self.server.port

    def kill(self) -> None:
        pid = int((self.server.home / "server.pid").read_text())
        os.kill(pid, signal.SIGKILL)

    @asynccontextmanager
    async def visitor(
        self, name: str, *, port: int | None = None, viewport: ViewportSize = DESKTOP, colours: Any = "light"
    ) -> AsyncIterator[Visit]:
        """A guest with a browser of their own, signed in with one click."""
        context = await self.browser.new_context(viewport=viewport, color_scheme=colours)
        visit = Visit(await context.new_page())
        page = visit.page
        page.on("console", lambda said: visit.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        try:
            await page.goto(f"http://127.0.0.1:{port or self.port}/")
            await page.fill("#guest-name", name)
            await page.click("#play")
            await expect(page.locator(".pill")).to_have_text("Live")
            await expect(page.locator("#board")).to_be_visible()
            yield visit
        finally:
            await context.close()

    @asynccontextmanager
    async def player(self, username: str, name: str) -> AsyncIterator[GauntletSocket]:
        """Someone else, on a socket of their own."""
        session = await account(self.api, username, name, PASSWORD, Random(1))
        async with open_socket(session, "phone", "msgpack", Random(2)) as socket:
            yield socket


async def add(page: Page, steps: int) -> None:
    await page.fill("#steps-amount", str(steps))
    await page.press("#steps-amount", "Enter")


async def walk(socket: GauntletSocket, steps: int) -> None:
    today = socket.me["today"]["date"]
    await socket.request("steps:sync", {"date": today, "steps": steps})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world() -> AsyncIterator[World]:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        missing = f"THE PAGE WAS NOT TESTED: no Chromium on the PATH (looked for {', '.join(BROWSERS)})"
        warnings.warn(missing, stacklevel=1)
        pytest.skip(missing)
    with fresh_home() as home:
        server = OwnServer(home, {"GAUNTLET_HELLOS_PER_MINUTE": "100"}, is_ready)
        await server.start()
        try:
            async with Api(server.url) as api, async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=found, args=FLAGS)
                world = World(browser, server, api, "", "Around the block")
                async with world.player("host", "Hester") as host:
                    world.challenge_id = await live_challenge(host, world.name)
                yield world
                await browser.close()
        finally:
            await server.stop()


async def live_challenge(host: GauntletSocket, name: str) -> str:
    now = datetime.now(UTC)
    terms = {"name": name, "metric": "steps", "mode": "most", "visibility": "public", "joinPolicy": "anytime"}
    times = {"startsAt": (now + timedelta(minutes=5)).isoformat(), "endsAt": (now + timedelta(hours=2)).isoformat()}
    made = await host.request("challenge:create", {**terms, **times})
    for action in ("open", "start"):
        await host.request(f"challenge:{action}", {"challengeId": made["id"]})
    return str(made["id"])


async def is_ready(url: str) -> bool:
    async with Api(url) as api:
        return await api.ready()
