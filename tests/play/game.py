"""Players who do everything there is to do, at once, and write down what must have come of it.

Six people and a host: steps on two devices, runs, puffs, workouts, two groups, friends and blocks, posts, goals, and
challenges of every kind of score. What each has come to is noted when its command is answered (`Noted`).
"""

from collections import defaultdict
from collections.abc import Coroutine, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

from gateway.client.http import Api, Session
from gateway.client.socket import GauntletSocket
from rules.days import stamp
from tests.play.lanes import Lanes
from tests.play.players import guest, user_id

BEGIN = datetime(2026, 5, 4, 12, tzinfo=UTC)
NOON = datetime(2026, 5, 6, 12, tzinfo=UTC)  # where game time stands while they play
END = datetime(2026, 5, 20, tzinfo=UTC)
YESTERDAY, TODAY = date(2026, 5, 5), date(2026, 5, 6)
DRIVEN = {"GAUNTLET_CLOCK": "driven", "GAUNTLET_CLOCK_START": BEGIN.isoformat()}

FASTEST = 250  # steps more at once: what fair play lets pass while game time stands
KEPT = 30  # of each kind of activity of a user: a day has room for 200
SQUAT = "back-squat"
CHALLENGES: Mapping[str, dict[str, Any]] = {
    "teams": {"metric": "steps", "mode": "teams", "teams": ["Red", "Blue"]},
    "rounds": {"metric": "steps", "mode": "elimination", "eliminate": {"every": "day", "lowest": 1}},
    "weighted": {"metric": "steps", "mode": "most", "fairness": "weighted"},
    "far": {"metric": "distance", "mode": "most"},
    "puffs": {"metric": "puffs", "mode": "least"},
    "lifted": {"metric": "volume", "mode": "collective", "target": 100_000_000},
    "cares": {"metric": "huCaresScore", "mode": "most"},
    "lobby": {"metric": "steps", "mode": "teams", "teams": ["In", "Out"]},
}
FRIENDLY = (
    ("a request", "b accept", "a remove"),
    ("a request", "b decline"),
    ("b request", "b remove"),
    ("a block", "a unblock"),
    ("b request", "a request", "b block", "b unblock"),
    ("a request", "a block", "a unblock", "b request", "a accept"),
    ("b remove", "b block", "a block", "b unblock", "a unblock"),
)
"""What goes on between two, over and over."""


@dataclass(slots=True)
class Workout:
    user: str
    state: str = "inProgress"
    sets: list[tuple[float, int]] = field(default_factory=list)


@dataclass
class Noted:
    """What the acknowledged commands come to."""

    steps: dict[tuple[str, date, str], int] = field(default_factory=dict)  # by user, day and device
    runs: dict[str, dict[str, tuple[date, float]]] = field(default_factory=lambda: defaultdict(dict))  # metres
    puffs: dict[str, dict[str, date]] = field(default_factory=lambda: defaultdict(dict))
    workouts: dict[str, Workout] = field(default_factory=dict)  # by session
    check_ins: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)  # user, group → activity, score
    relations: dict[tuple[str, str], str] = field(default_factory=dict)
    posts: dict[str, str] = field(default_factory=dict)  # → text
    likes: set[tuple[str, str]] = field(default_factory=set)  # post, user
    goals: dict[str, tuple[str, str, float]] = field(default_factory=dict)  # → user, title, target
    teams: dict[str, str] = field(default_factory=dict)  # user → team, of who is in the lobby


@dataclass
class Game(Lanes):
    noted: Noted = field(default_factory=Noted)
    sessions: list[Session] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    challenges: dict[str, dict[str, Any]] = field(default_factory=dict)  # name → resource
    shown: list[tuple[str, str]] = field(default_factory=list)  # posts to like: id, author

    # --- before the load ---

    async def gather(self, api: Api) -> None:
        """Accounts, groups, and live challenges with everyone in them."""
        self.sessions = [await guest(api, f"Player {n}") for n in range(self.players + 1)]
        plan = {"startsAt": stamp(BEGIN + timedelta(hours=1)), "endsAt": stamp(END)}
        async with AsyncExitStack() as stack:
            sockets = [await stack.enter_async_context(self.socket(session, "desk")) for session in self.sessions]
            host, people = sockets[0], sockets[1:]
            for name in ("Circle", "Square"):
                made = await host.request("group:create", {"name": name, "checkInFrequency": "daily"})
                self.groups.append(made["id"])
            for name, terms in CHALLENGES.items():
                made = await host.request("challenge:create", {**plan, "name": name, **terms})
                here = {"challengeId": made["id"]}
                await host.request("challenge:open", here)
                self.challenges[name] = await host.request("challenge:start", here)
            for number, socket in enumerate(people):
                post = await socket.request("post:create", {"text": f"Hello from {number}", "visibility": "public"})
                self.noted.posts[post["id"]] = post["text"]
                self.shown.append((post["id"], socket.user_id))
                for group in self.groups:
                    await host.request("group:invite", {"groupId": group, "userIds": [socket.user_id]})
                    await socket.request("group:join", {"groupId": group})
                for name, challenge in self.challenges.items():
                    if name != "lobby":
                        side = challenge["teams"][number % 2]["id"] if "teams" in challenge else None
                        team = {} if side is None else {"teamId": side}
                        await socket.request("challenge:join", {"challengeId": challenge["id"], **team})

    @property
    def host(self) -> Session:
        return self.sessions[0]

    @property
    def people(self) -> list[Session]:
        return self.sessions[1:]

    def team(self, user: str) -> str:
        """That they are of in the challenge of teams."""
        place = [user_id(session) for session in self.people].index(user)
        team: str = self.challenges["teams"]["teams"][place % 2]["id"]
        return team

    # --- the load ---

    async def begin(self, stack: AsyncExitStack) -> list[Coroutine[Any, Any, None]]:
        lanes: list[Coroutine[Any, Any, None]] = []
        phones: list[GauntletSocket] = []
        for session in self.people:
            me = user_id(session)
            phone, watch = [
                await stack.enter_async_context(self.socket(session, device)) for device in ("phone", "watch")
            ]
            phones.append(phone)
            lanes += [
                self._walks(phone, me, YESTERDAY, "phone"),
                self._walks(watch, me, TODAY, "watch"),
                self._walks(phone, me, TODAY, "phone"),
                self._runs(watch, me),
                self._puffs(phone, me),
                self._workouts(watch, me),
                self._talks(phone, me),
                self._posts(phone, me),
                self._likes(watch, me),
                self._goals(watch, me),
                self._visits(phone, me),
                *(self._checks_in(watch, me, group) for group in self.groups),
            ]
        lanes += [self._befriends(*phones[place : place + 2]) for place in range(0, len(phones), 2)]
        desk = await stack.enter_async_context(self.socket(self.host, "desk"))
        return [*lanes, self._announces(desk, user_id(self.host))]

    async def _tell(
        self, socket: GauntletSocket, me: str, type: str, data: dict[str, Any], *, keyed: bool = True
    ) -> dict[str, Any] | None:
        """→ the `ok`, where there is one."""
        return (await self.say(socket, me, type, data, keyed=keyed)).ok

    async def _insist(self, socket: GauntletSocket, me: str, type: str, data: dict[str, Any]) -> dict[str, Any] | None:
        """What is the same when it is said twice: with a key, or without one until it is answered."""
        keyed = self.random.random() < 0.5
        while (said := await self.say(socket, me, type, data, keyed=keyed)).lost:
            pass
        return said.ok

    # --- activities ---

    async def _walks(self, socket: GauntletSocket, me: str, day: date, device: str) -> None:
        steps = 0
        while not self.over:
            less = steps > FASTEST and self.random.random() < 0.1
            steps += -self.random.randrange(1, 100) if less else self.random.randrange(1, FASTEST)
            sync = {"date": day.isoformat(), "steps": steps, "device": device}
            if await self._insist(socket, me, "steps:sync", sync) is not None:
                self.noted.steps[me, day, device] = steps

    async def _runs(self, socket: GauntletSocket, me: str) -> None:
        """Each is logged, mostly corrected, and sometimes deleted."""
        mine = self.noted.runs[me]
        for number in count():
            day = self.random.choice((YESTERDAY, TODAY))
            start = datetime.combine(day, time(self.random.randrange(11), self.random.randrange(60)), UTC)
            run = {"startTime": stamp(start), "endTime": stamp(start + timedelta(minutes=20)), "clientId": f"r{number}"}
            for _ in range(self.random.randrange(1, 4)):
                metres = float(self.random.randrange(1000, 4000))
                if self.over:
                    return
                logged = await self._insist(socket, me, "run:log", {**run, "distanceMeters": metres})
                if logged is not None:
                    mine[logged["activity"]["id"]] = (day, metres)
            if len(mine) > KEPT or self.random.random() < 0.3:
                await self._delete(socket, me, mine)

    async def _puffs(self, socket: GauntletSocket, me: str) -> None:
        mine = self.noted.puffs[me]
        for number in count():
            if self.over:
                return
            day = self.random.choice((YESTERDAY, TODAY))
            at = datetime.combine(day, time(self.random.randrange(12)), UTC)
            puff = await self._insist(socket, me, "puff:record", {"at": stamp(at), "clientId": f"p{number}"})
            if puff is not None:
                mine[puff["activity"]["id"]] = day
            if len(mine) > KEPT or self.random.random() < 0.3:
                await self._delete(socket, me, mine)

    async def _delete(self, socket: GauntletSocket, me: str, mine: dict[str, Any]) -> None:
        gone = self.random.choice(list(mine))
        if await self._tell(socket, me, "activity:delete", {"activityId": gone}) is not None:
            del mine[gone]

    async def _checks_in(self, socket: GauntletSocket, me: str, group: str) -> None:
        """Today's: submitted, corrected, taken back, submitted again."""
        while not self.over:
            scores = {name: self.random.randrange(1, 11) for name in ("productive", "satisfied", "body", "care")}
            known = self.noted.check_ins.get((me, group))
            if known is None:
                said = await self._tell(socket, me, "checkin:submit", {"groupId": group, **scores})
            elif self.random.random() < 0.6:
                said = await self._insist(socket, me, "checkin:update", {"activityId": known[0], **scores})
            else:
                if await self._tell(socket, me, "activity:delete", {"activityId": known[0]}) is not None:
                    del self.noted.check_ins[me, group]
                continue
            if said is not None:
                score = scores["productive"] + scores["satisfied"] + scores["body"] - scores["care"]
                self.noted.check_ins[me, group] = (said["activity"]["id"], score)

    async def _workouts(self, socket: GauntletSocket, me: str) -> None:
        """Sets, some of which are undone; the first of them count, later ones are called off."""
        for number in count():
            if self.over or (begun := await self._tell(socket, me, "workout:start", {})) is None:
                return
            here = {"sessionId": begun["id"]}
            workout = self.noted.workouts[begun["id"]] = Workout(me)
            await self._tell(socket, me, "exercise:select", {**here, "exerciseId": SQUAT})
            for _ in range(self.random.randrange(2, 9)):
                if self.over:
                    return
                if len(workout.sets) > 1 and self.random.random() < 0.2:
                    if await self._tell(socket, me, "set:undo", here) is not None:
                        workout.sets.pop()
                    continue
                weight, reps = float(self.random.randrange(20, 200)), self.random.randrange(1, 12)
                done = await self._tell(socket, me, "set:complete", {**here, "weight": weight, "reps": reps})
                if done is not None:
                    workout.sets.append((weight, reps))
            await self._insist(socket, me, "rest:start", {**here, "seconds": 90})
            await self._tell(socket, me, "workout:pause", here)
            await self._tell(socket, me, "workout:resume", here)
            type, state = ("complete", "completed") if number < KEPT else ("cancel", "cancelled")
            if await self._tell(socket, me, f"workout:{type}", here) is not None:
                workout.state = state

    # --- others ---

    async def _talks(self, socket: GauntletSocket, me: str) -> None:
        """Half of it without a key: what is lost was said once, or not at all."""
        for number in count():
            if self.over:
                return
            word = {"groupId": self.random.choice(self.groups), "text": f"{me} {number}"}
            await self._tell(socket, me, "group:message", word, keyed=self.random.random() < 0.5)

    async def _befriends(self, a: GauntletSocket, b: GauntletSocket) -> None:
        between = self.noted.relations
        while True:
            for step in (step for story in FRIENDLY for step in story):
                if self.over:
                    return
                who, verb = step.split()
                by, other = (a, b) if who == "a" else (b, a)
                me, them = by.user_id, other.user_id
                if await self._tell(by, me, f"friend:{verb}", {"userId": them}) is None:
                    return
                asked = verb == "request" and between.get((me, them)) != "received"
                if verb == "block":
                    between[me, them] = "blocked"
                    if between.get((them, me)) != "blocked":
                        between.pop((them, me), None)
                elif asked:
                    between[me, them], between[them, me] = "requested", "received"
                elif verb in ("request", "accept"):
                    between[me, them] = between[them, me] = "friends"
                else:
                    between.pop((me, them), None)
                    if verb != "unblock":
                        between.pop((them, me), None)

    async def _posts(self, socket: GauntletSocket, me: str) -> None:
        for number in count():
            if self.over:
                return
            made = await self._tell(
                socket, me, "post:create", {"text": f"{me} writes {number}", "visibility": "public"}
            )
            if made is None:
                return
            self.noted.posts[made["id"]] = made["text"]
            self.shown.append((made["id"], me))

    async def _likes(self, socket: GauntletSocket, me: str) -> None:
        """Of others, but for the one with whom there may be a block."""
        people = [user_id(session) for session in self.people]
        near = people[people.index(me) ^ 1]
        for number in count():
            if self.over:
                return
            post = self.random.choice([post for post, author in self.shown if author not in (me, near)])
            if self.random.random() < 0.4:
                word = {"postId": post, "text": f"{me} comments {number}"}
                await self._tell(socket, me, "post:comment", word, keyed=self.random.random() < 0.5)
            elif (post, me) in self.noted.likes:
                if await self._insist(socket, me, "post:unlike", {"postId": post}) is not None:
                    self.noted.likes.discard((post, me))
            elif await self._insist(socket, me, "post:like", {"postId": post}) is not None:
                self.noted.likes.add((post, me))

    # --- goals and challenges ---

    async def _goals(self, socket: GauntletSocket, me: str) -> None:
        mine: list[str] = []
        for number in count():
            if self.over:
                return
            target, title = float(self.random.randrange(1000, 9000)), f"{me} wants {number}"
            goal = {"type": "weekly", "metric": "steps", "target": target, "title": title}
            made = await self._tell(socket, me, "goal:create", goal)
            if made is None:
                return
            mine.append(made["id"])
            self.noted.goals[made["id"]] = (me, title, target)
            about = {"goalId": made["id"]}
            await self._tell(socket, me, "goal:milestone", {**about, "title": "Half", "share": 0.5})
            if await self._insist(socket, me, "goal:update", {**about, "target": target + 1}) is not None:
                self.noted.goals[made["id"]] = (me, title, target + 1)
            gone = mine.pop(0) if len(mine) > KEPT else None
            if gone is not None and await self._tell(socket, me, "goal:delete", {"goalId": gone}) is not None:
                del self.noted.goals[gone]

    async def _visits(self, socket: GauntletSocket, me: str) -> None:
        lobby = self.challenges["lobby"]
        here = {"challengeId": lobby["id"]}
        while not self.over:
            team = self.random.choice(lobby["teams"])["id"]
            if await self._tell(socket, me, "challenge:join", {**here, "teamId": team}) is not None:
                self.noted.teams[me] = team
            if not self.over and await self._tell(socket, me, "challenge:leave", here) is not None:
                del self.noted.teams[me]

    async def _announces(self, socket: GauntletSocket, me: str) -> None:
        for number in count():
            if self.over:
                return
            word = {"challengeId": self.challenges["far"]["id"], "text": f"word {number}"}
            await self._tell(socket, me, "challenge:announce", word, keyed=self.random.random() < 0.5)
