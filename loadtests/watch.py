"""Watches a run from inside: the generator's own CPU and lag, the server's vitals, and the figures over time."""

import os
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping

import gevent
import psutil
from locust.env import Environment
from locust.stats import StatsEntry

from loadtests.buckets import percentile, since
from loadtests.figures import Figure, Point, Result
from loadtests.run import Run
from loadtests.scrape import Vitals, vitals

BUSIEST = 5  # s over which the generator's CPU is averaged
_TICK = 1.0  # s
_POINT = 2.0  # s between points …
_MOST_POINTS = 600  # … more where a run takes long
_LAG_EVERY = 0.05  # s
_PULSE = 50.0  # s: two heartbeats
_ENOUGH = 40  # points that it takes to speak of growth


class Watch:
    def __init__(self, environment: Environment, run: Run, scenario: str, progress: Callable[[Point], None]) -> None:
        self._environment, self._run, self._scenario, self._progress = environment, run, scenario, progress
        self._process = psutil.Process(os.getpid())
        self._began = time.monotonic()
        self._points: list[Point] = []
        self._cpu: deque[float] = deque(maxlen=BUSIEST)
        self._busiest = 0.0
        self._most_users = 0
        self._lags: Counter[float] = Counter()
        self._before: dict[str, dict[float, int]] = {}
        self._counts: dict[str, int] = {}
        self._first: Vitals | None = None
        self._last: Vitals | None = None
        self._greenlets = [gevent.spawn(each) for each in (self._tick, self._measure_lag, self._pulse)]

    def end(self) -> Result:
        """Stop watching → what was seen."""
        gevent.killall(self._greenlets)
        self._look(self._points[-1].at if self._points else 0.0)
        run, environment = self._run, self._environment
        notes = ["the server's clock is not ours: pushes could not be timed"] if run.tally.clocks_differ else []
        if self._last is None:
            notes.append("the server does not show its /metrics: nothing is known of its CPU, memory and restarts")
        return Result(
            scenario=self._scenario,
            host=environment.host or "",
            users=self._most_users,
            seconds=time.monotonic() - self._began,
            figures=tuple(sorted(map(_figure, self._entries()), key=lambda each: (each.kind, each.name))),
            numbers=self._numbers(),
            points=tuple(self._points),
            generator_cpu=self._busiest,
            generator_lag=percentile(self._lags, 0.99),
            notes=tuple(notes),
        )

    # --- while it runs ---

    def _tick(self) -> None:
        then, used, looked = time.monotonic(), self._used(), 0.0
        while True:
            gevent.sleep(_TICK)
            now, uses = time.monotonic(), self._used()
            self._cpu.append(100 * (uses - used) / (now - then))
            then, used = now, uses
            if len(self._cpu) == BUSIEST:
                self._busiest = max(self._busiest, sum(self._cpu) / BUSIEST)
            at = now - self._began
            if at - looked >= max(_POINT, self._length / _MOST_POINTS):
                self._look(looked)
                looked = at
                self._progress(self._points[-1])

    def _measure_lag(self) -> None:
        """How late a greenlet wakes up: about what everything measured here may be too long by."""
        while True:
            then = time.perf_counter()
            gevent.sleep(_LAG_EVERY)
            self._lags[round(1000 * max(0.0, time.perf_counter() - then - _LAG_EVERY), 1)] += 1

    def _pulse(self) -> None:
        """All clients in turn, spread over the time that they have."""
        while True:
            online = list(self._run.online)
            for client in online:
                client.pulse()
                gevent.sleep(_PULSE / len(online))
            gevent.sleep(0 if online else _TICK)

    def _look(self, looked: float) -> None:
        """Make a point of all since `looked`, in seconds from the start."""
        at = time.monotonic() - self._began
        span = max(at - looked, 1e-3)
        server = vitals(self._environment.host or "")
        self._first = self._first or server
        users = getattr(self._environment.runner, "user_count", 0)
        self._most_users = max(self._most_users, users)
        self._points.append(
            Point(
                at=at,
                users=users,
                commands=self._more("reply") / span,
                pushes=self._more("push") / span,
                reply_p99=percentile(self._new("reply"), 0.99),
                push_p99=percentile(self._new("push"), 0.99),
                generator_cpu=self._cpu[-1] if self._cpu else 0.0,
                server_cpu=100 * (server.cpu - self._last.cpu) / span if server and self._last else None,
                server_memory=server.memory if server else None,
            )
        )
        self._last = server or self._last

    @property
    def _length(self) -> float:
        return float(getattr(self._environment.parsed_options, "run_time", None) or 0)

    def _used(self) -> float:
        times = self._process.cpu_times()
        return float(times.user + times.system)

    # --- Locust's statistics ---

    def _entries(self, kind: str | None = None) -> Iterable[StatsEntry]:
        """Those that measure something; what went wrong is counted elsewhere."""
        return [
            entry
            for entry in self._environment.stats.entries.values()
            if entry.method != "wrong" and kind in (None, entry.method)
        ]

    def _more(self, kind: str) -> int:
        """How many have come since the last time."""
        count = sum(entry.num_requests for entry in self._entries(kind))
        more = count - self._counts.get(kind, 0)
        self._counts[kind] = count
        return more

    def _new(self, kind: str) -> dict[float, int]:
        """The times that have come since the last time."""
        now: Counter[float] = Counter()
        for entry in self._entries(kind):
            now.update(entry.response_times)
        new = since(now, self._before.get(kind, {}))
        self._before[kind] = dict(now)
        return new

    # --- numbers ---

    def _numbers(self) -> dict[str, float]:
        wrong = self._run.tally.wrong_counts
        numbers: dict[str, float] = {
            f"offsets {what}": wrong[what] for what in ("gaps", "duplicates", "out_of_order", "unrecovered", "outlived")
        }
        numbers |= {f"pushes {what}": wrong[what] for what in ("missing", "early")}
        numbers["connections dropped"] = wrong["dropped"]
        runner = self._environment.runner
        numbers["users failed"] = sum(each["count"] for each in runner.exceptions.values()) if runner else 0
        if self._first and self._last:
            numbers["server restarts"] = self._last.restarts - self._first.restarts
            numbers["server dead_letters"] = self._last.dead_letters - self._first.dead_letters
        if (growth := grown(self._points)) is not None:
            numbers["server memory_growth"] = growth
        return numbers


def grown(points: list[Point]) -> float | None:
    """By how many percent the server's memory grew over the second half. None for a run too short to say."""
    memory = [point.server_memory for point in points if point.server_memory]
    if len(memory) < _ENOUGH:
        return None
    few = len(memory) // 10
    middle = memory[len(memory) // 2 :][:few]
    end = memory[-few:]
    return 100 * (sum(end) / sum(middle) - 1)


def _figure(entry: StatsEntry) -> Figure:
    times: Mapping[float, int] = {float(each): count for each, count in entry.response_times.items()}
    timed = bool(times)
    return Figure(
        entry.method,
        entry.name,
        entry.num_requests,
        entry.num_failures,
        percentile(times, 0.50),
        percentile(times, 0.95),
        percentile(times, 0.99),
        round(entry.max_response_time, 2) if timed else None,
    )
