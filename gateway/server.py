"""The composition root: the one place that knows every part by name. It reads as a list going up, and the same down."""

from __future__ import annotations

import asyncio
import signal
import time
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import asyncpg
import structlog
import uvloop
from aiohttp import web

from actors.challenge import ChallengeActor
from actors.directory import Directory
from actors.group import GroupActor
from actors.messages import Address, Tick
from actors.ports import Fenced, Recorded
from actors.post import PostActor
from actors.reminders import Reminders
from actors.runtime import Deps
from actors.session import SessionActor
from actors.user import UserActor, news
from gateway.auth.passwords import Passwords
from gateway.auth.service import AuthService
from gateway.auth.tokens import Tokens
from gateway.catalogue import CATALOGUE
from gateway.dispatch import Dispatcher
from gateway.exercise_watch import ExerciseWatch
from gateway.game_time import DrivenClock, GameTime, RealClock
from gateway.garbage import Garbage
from gateway.groups import Groups
from gateway.housekeeping import Housekeeping
from gateway.http.app import make_app
from gateway.http.ports import HttpDeps
from gateway.http.protocol import HttpProtocol
from gateway.ids import RandomIds
from gateway.limits import SocketLimits
from gateway.logs import configure as configure_logs
from gateway.metrics import Metrics
from gateway.notices import Notices
from gateway.observer import RuntimeObserver
from gateway.people import People
from gateway.records import Records
from gateway.rule_file import own_exercises, read_book
from gateway.secrets import development_secret
from gateway.sockets.edge import SocketSettings
from gateway.sockets.gate import SocketGate
from gateway.sockets.hub import Hub
from gateway.sockets.metrics import SocketMetrics
from gateway.sockets.port import Port
from gateway.sockets.wheel import Wheel
from persistence.accounts import Accounts
from persistence.database import Writer, open_pool
from persistence.embedded import EmbeddedError, EmbeddedPostgres
from persistence.exercises import Exercises
from persistence.existing import Existing
from persistence.group_reads import GroupReads
from persistence.journal import Journal
from persistence.kinds import stored_kinds
from persistence.migrate import MigrationError, migrate
from persistence.notice_reads import NoticeReads
from persistence.queries import Queries
from persistence.reads import Reads
from persistence.removals import removal
from persistence.social_reads import SocialReads
from persistence.store import Store
from persistence.tallies import tallies
from rules.ruleset import RuleSetError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gateway.settings import Settings
    from rules.refusal import Refusal
    from rules.resources import Me

log = structlog.get_logger()

# what an operator can mend: said in a line, without a traceback
START_ERRORS = (EmbeddedError, MigrationError, RuleSetError, OSError, asyncpg.PostgresError)

ACTORS = {actor.kind: actor for actor in (UserActor, ChallengeActor, GroupActor, PostActor, SessionActor)}
WEB = Path(__file__).parent / "web"
MOST_ACTORS_SHOWN = 1000
CLOSE_SECONDS = 2.0  # for the client's part of a closing handshake
DRAIN_PER_SOCKET = 0.005  # s: a few clients are let go at once, thousands are spread


class LoopTimers:
    """Real time, on the event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def after(self, seconds: float, call: Callable[[], None]) -> asyncio.TimerHandle:
        return self._loop.call_later(seconds, call)


class Server:
    """One node. `start` returns when it is ready; `stop` loses nothing that was acknowledged."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.url = ""
        self.draining = False
        self._embedded: EmbeddedPostgres | None = None

    async def start(self) -> None:
        settings = self.settings
        started = time.monotonic()
        loop = asyncio.get_running_loop()
        rules, exercises = read_book(settings.rules).newest, own_exercises()
        ids, real = RandomIds(), RealClock()
        metrics, socket_metrics = Metrics(), SocketMetrics()
        metrics.registry.register(socket_metrics)

        # the database
        database_url = await self._database()
        self.pool = await open_pool(database_url)
        queries = Queries(self.pool)
        self.writer = Writer(database_url)
        await migrate(await self.writer.wait_for_turn(on_wait=_say_waiting))
        store = Store(queries, Address)
        journal = Journal(
            pool=self.pool, writer=self.writer, kinds=stored_kinds(rules), recorded=Recorded, fenced=Fenced
        )
        watch = ExerciseWatch(exercises, Exercises(queries))
        await watch.refresh()

        # the game
        clock: RealClock | DrivenClock = real
        if settings.clock == "driven":
            clock = DrivenClock(await store.game_time() or settings.clock_start or real.now())
            await store.set_game_time(clock.now())  # a restart goes on from here, also before it was ever moved
        self._clock = clock
        wheel, random = Wheel(), Random()
        hub = Hub(
            clock=time.monotonic,
            random=random,
            wheel=wheel,
            metrics=socket_metrics,
            history=settings.topic_history,
            history_seconds=settings.topic_history_seconds,
            topics=settings.topics,
            sockets_per_user=settings.sockets_per_user,
            presence_grace=settings.presence_grace,
            present=self._present,
        )
        timers = LoopTimers(loop)
        self.directory = Directory(
            kinds=ACTORS,
            deps=Deps(ids, hub, rules, exercises),
            journal=journal,
            clock=clock,
            timers=timers,
            observer=RuntimeObserver(metrics),
            loop=loop,
            backlog=settings.backlog,
            inbox=settings.inbox,
            passivate_after=settings.passivate_seconds,
        )
        self.reminders = Reminders(store=store, clock=clock, timers=timers, deliver=self.directory.tell)
        self.directory.stage.reminders = self.reminders

        # the edge
        self.passwords = Passwords()
        auth = AuthService(
            accounts=Accounts(self.pool),
            passwords=self.passwords,
            tokens=Tokens(settings.secret or development_secret(settings.home), settings.old_secrets),
            ids=ids,
            clock=real,
            settings=settings,
            ensure_user=self._ensure_user,
            on_revoked=hub.revoke,
        )
        self.dispatcher = dispatcher = Dispatcher(
            directory=self.directory,
            accounts=auth,
            records=Records(
                directory=self.directory,
                tallies=lambda *who, **what: tallies(queries, *who, **what),
                removal=partial(removal, queries, rules),
            ),
            stored={
                "group": Groups(directory=self.directory, stored=GroupReads(queries)),
                "friend": People(SocialReads(queries), hub.presence),
                "notification": Notices(directory=self.directory, stored=NoticeReads(queries)),
            },
            existing=Existing(queries).of,
            clock=clock,
            ids=ids,
            refused=lambda code: metrics.refusals.labels(code).inc(),
        )
        self.gate = SocketGate(
            backend=dispatcher,
            hub=hub,
            wheel=wheel,
            ids=ids,
            random=random,
            metrics=socket_metrics,
            limits=SocketLimits(
                commands_per_second=settings.commands_per_second,
                command_burst=settings.command_burst,
                user_commands_per_second=settings.user_commands_per_second,
                hellos_per_minute=settings.hellos_per_minute,
                sockets_without_hello=settings.sockets_without_hello,
            ),
            settings=SocketSettings(
                hello_timeout=settings.hello_timeout,
                heartbeat=settings.heartbeat,
                unread_bytes=settings.unread_bytes,
                unread_seconds=settings.unread_seconds,
                close_timeout=CLOSE_SECONDS,
                origins=frozenset(settings.origins),
                trusted_proxies=settings.trusted_proxies,
            ),
            unheard=frozenset(name for name, entry in CATALOGUE.items() if not entry.socket),
        )
        game_time = None
        if isinstance(clock, DrivenClock):
            game_time = GameTime(clock=clock, reminders=self.reminders, directory=self.directory, store=store)
        self._http = HttpDeps(
            backend=dispatcher,
            auth=auth,
            reads=Reads(self.pool),
            catalogue=CATALOGUE,
            settings=settings,
            metrics=metrics,
            ids=ids,
            clock=real,
            ready=lambda: self._ready(store),
            actors=self._actors,
            dead_letters=store.dead_letters,
            sockets=self.gate.take,
            game_clock=game_time,
            web=WEB,
        )
        garbage = Garbage()
        self.housekeeping = Housekeeping(
            tidies=[self.directory.passivate_idle, garbage.look],
            refreshes=[watch.refresh],
            sweeps=[auth.purge, lambda: store.sweep(timedelta(hours=settings.key_hours))],
        )
        self._watch(metrics)

        # up
        await auth.start()
        await self.reminders.start()
        await self.directory.settled()  # what was due while we were away has happened
        self.housekeeping.start()
        self.gate.start()
        self.runner = web.AppRunner(make_app(self._http), handle_signals=False, shutdown_timeout=CLOSE_SECONDS)
        await self.runner.setup()
        self.port = Port(gate=self.gate)
        port = await self.port.start(settings.host, settings.port, self._http_protocol)
        self.url = f"http://{settings.host}:{port}"
        garbage.settle()
        log.info("ready", url=self.url, seconds=round(time.monotonic() - started, 2))

    async def stop(self) -> None:
        """Not ready, let the clients go, finish the journal, write snapshots."""
        self.draining = True
        within = min(self.settings.drain_seconds / 2, DRAIN_PER_SOCKET * self.gate.edge.metrics.open)
        self.port.stop_accepting()
        await self.gate.drain(within)
        self.gate.close()
        self.port.close()
        await self.runner.cleanup()
        await self.housekeeping.stop()
        await self.reminders.stop()
        try:
            async with asyncio.timeout(self.settings.drain_seconds / 3):
                await self.directory.stop()
        except TimeoutError:
            log.warning("the database did not answer: what was not acknowledged is not kept")
        self.passwords.close()
        await self.writer.close()
        await _close(self.pool)
        if self._embedded is not None:
            await self._embedded.stop()
        log.info("stopped")

    async def _ensure_user(self, user_id: str, username: str, display_name: str, timezone: str) -> Me | Refusal:
        """Sign-in and the dispatcher need each other."""
        return await self.dispatcher.ensure_user(user_id, username, display_name, timezone)

    def _present(self, user_id: str, online: bool) -> None:
        """A tick, and no tell, as no commit need wait for it: the sockets know best who is there."""
        tick = Tick(news.ONLINE if online else news.OFFLINE, self._clock.now())
        self.directory.tell(Address("user", user_id), tick)

    async def _database(self) -> str:
        if self.settings.database_url is not None:
            return self.settings.database_url
        self._embedded = EmbeddedPostgres(self.settings.home)
        return await self._embedded.start()

    def _http_protocol(self) -> asyncio.Protocol:
        assert self.runner.server is not None  # set up before the port opens
        return HttpProtocol(self.runner.server, self._http, asyncio.get_running_loop())

    async def _ready(self, store: Store) -> dict[str, bool]:
        stage = self.directory.stage
        return {
            "database": await store.answers(),
            "journal": stage.backlog < self.settings.backlog and stage.failing_since is None,
            "accepting": not self.draining,
        }

    def _actors(self) -> Sequence[dict[str, Any]]:
        shown: list[dict[str, Any]] = []
        for cell in self.directory.cells():
            if len(shown) == MOST_ACTORS_SHOWN:
                break
            shown.append(
                {
                    "kind": cell.address.kind,
                    "id": cell.address.id,
                    "phase": cell.phase.name.lower(),
                    "events": cell.seq,
                    "waiting": len(cell.commands or ()) + len(cell.tells or ()),
                    "restarts": len(cell.failures or ()),
                }
            )
        return shown

    def _watch(self, metrics: Metrics) -> None:
        """Gauges that are asked when someone looks."""
        directory = self.directory
        metrics.backlog.set_function(lambda: directory.stage.backlog)
        for kind in ACTORS:
            metrics.actors_live.labels(kind).set_function(partial(directory.live, kind))
        metrics.queue_length.labels("actors").set_function(lambda: directory.waiting)
        metrics.queue_length.labels("journal").set_function(lambda: directory.stage.backlog)
        metrics.quarantined.set_function(lambda: directory.quarantined)


def _say_waiting(problem: Exception) -> None:
    log.warning("not ready yet: waiting", reason=str(problem))


async def _close(pool: asyncpg.Pool[asyncpg.Record]) -> None:
    try:
        async with asyncio.timeout(1):
            await pool.close()
    except TimeoutError:
        pool.terminate()


def serve(settings: Settings) -> int:
    """Until SIGTERM or SIGINT."""

    async def run() -> None:
        server = Server(settings)
        over = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, over.set)
        await server.start()
        await over.wait()
        await server.stop()

    configure_logs(level=settings.log_level, format=settings.log_format)
    uvloop.run(run())
    return 0
