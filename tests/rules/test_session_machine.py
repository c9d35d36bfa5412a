"""A workout session against a model simple enough to see through: whatever is asked of it in whichever order."""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from persistence.codec import EventCodec, SnapshotCodec, dump, version_of
from rules import session as rules
from rules.records import Bests
from rules.refusal import Refusal
from rules.session.life import ABANDONED_AFTER
from rules.session.state import Phase, Session, active_seconds
from rules.session.stats import stats
from tests.rules.sessions import ANN, BENCH, BOB, CEM, ID, PUSH_UPS, SQUAT, Gym, plan

EVENTS, SNAPSHOTS = EventCodec(rules.EVENTS), SnapshotCodec(Session)
PEOPLE = st.sampled_from([ANN, BOB, CEM])
SETS = st.lists(st.tuples(st.sampled_from([None, 60.0, 90.0, 501.0]), st.integers(0, 8)), min_size=1, max_size=4)
AFTER = {
    "start": ({"planned"}, "inProgress"),
    "pause": ({"inProgress"}, "paused"),
    "resume": ({"paused"}, "inProgress"),
    "complete": ({"inProgress", "paused"}, "completed"),
    "cancel": ({"planned", "inProgress", "paused"}, "cancelled"),
}
COMMANDS = {
    "start": rules.Start(ID),
    "pause": rules.Pause(ID),
    "resume": rules.Resume(ID),
    "complete": rules.Complete(ID),
    "cancel": rules.Cancel(ID),
}
UNENDED = {"planned", "inProgress", "paused"}


class Workout(RuleBasedStateMachine):
    """The model: a phase, seconds in progress, and for each athlete a list of (exercise, weight, reps) and a rest's end."""

    def __init__(self):
        super().__init__()
        self.gym = Gym(plan(SQUAT, BENCH))
        self.gym.earlier[ANN] = {SQUAT: Bests(weight=80, one_rep_max=90, volume=500, reps=((60.0, 5),))}
        self.phase = "planned"
        self.active = 0.0
        self.touched = self.gym.now
        self.current = {ANN: SQUAT}
        self.sets = {ANN: []}
        self.rest = {}
        self.gone = set()  # who completed their part early

    # --- what the model expects ---

    def attempt(self, command, by, allowed):
        said = self.gym.ask(command, by)
        assert isinstance(said, Refusal) is not allowed, said
        if isinstance(said, Refusal):
            return False
        if said:
            self.touched = self.gym.now
        return True

    def here(self, user_id):
        return user_id in self.sets and user_id not in self.gone

    # --- what happens ---

    @initialize(start=st.sampled_from([True, True, True, False]))
    def begin(self, start):
        """Mostly, somebody trains: half of the stories would else be over before the first set."""
        for user_id in (BOB, CEM):
            self.join(user_id)
        if start:
            self.owned("start")

    @rule(action=st.sampled_from(["start", "pause", "resume"]))
    def owner(self, action):
        self.owned(action)

    @precondition(lambda self: len(self.gym.events) > 15 or self.phase not in UNENDED)
    @rule(action=st.sampled_from(["complete", "cancel"]))
    def end(self, action):
        self.owned(action)

    def owned(self, action):
        before, after = AFTER[action]
        if self.attempt(COMMANDS[action], ANN, self.phase in before):
            self.phase = after
            if after in ("completed", "cancelled"):
                self.rest.clear()

    @rule(user_id=st.sampled_from([BOB, CEM]))
    def join(self, user_id):
        if self.attempt(rules.Join(ID), user_id, self.phase in UNENDED and user_id not in self.sets):
            self.sets[user_id], self.current[user_id] = [], SQUAT

    @precondition(lambda self: any(self.here(user_id) for user_id in (BOB, CEM)))
    @rule(user_id=st.sampled_from([BOB, CEM]), keep=st.booleans())
    def leave(self, user_id, keep):
        if not self.here(user_id):
            return
        allowed = self.phase in ({"inProgress", "paused"} if keep else UNENDED)
        if self.attempt(rules.Complete(ID) if keep else rules.Cancel(ID), user_id, allowed):
            self.rest.pop(user_id, None)
            if keep and self.sets[user_id]:
                self.gone.add(user_id)
            else:
                del self.sets[user_id], self.current[user_id]

    @rule(user_id=PEOPLE, exercise=st.sampled_from([SQUAT, BENCH, PUSH_UPS]))
    def select(self, user_id, exercise):
        if self.here(user_id) and self.attempt(rules.Select(ID, exercise), user_id, self.phase in UNENDED):
            self.current[user_id] = exercise

    @rule(user_id=PEOPLE, sets=SETS)
    def lift(self, user_id, sets):
        if not self.here(user_id):
            return
        for weight, reps in sets:
            allowed = self.phase == "inProgress" and weight != 501.0
            if self.attempt(rules.CompleteSet(ID, weight=weight, reps=reps), user_id, allowed):
                self.sets[user_id].append((self.current[user_id], weight, reps))

    @rule(user_id=PEOPLE)
    def undo(self, user_id):
        if self.here(user_id):
            allowed = self.phase in ("inProgress", "paused") and bool(self.sets[user_id])
            if self.attempt(rules.UndoSet(ID), user_id, allowed):
                self.sets[user_id].pop()

    @rule(user_id=PEOPLE, seconds=st.integers(1, 300))
    def start_rest(self, user_id, seconds):
        if self.here(user_id) and self.attempt(rules.StartRest(ID, seconds), user_id, self.phase == "inProgress"):
            self.rest[user_id] = self.gym.now + timedelta(seconds=seconds)

    @rule(user_id=PEOPLE)
    def skip_rest(self, user_id):
        if self.here(user_id) and self.attempt(rules.SkipRest(ID), user_id, self.phase in ("inProgress", "paused")):
            self.rest.pop(user_id, None)

    @rule(seconds=st.integers(1, 200))
    def time_passes(self, seconds):
        self.passes(seconds)

    @precondition(lambda self: len(self.gym.events) > 15)
    @rule()
    def everyone_goes_home(self):
        self.passes(13 * 3600)

    def passes(self, seconds):
        running = self.phase in ("inProgress", "paused")
        abandoned = running and self.gym.now + timedelta(seconds=seconds) >= self.touched + ABANDONED_AFTER
        if self.phase == "inProgress":
            lasted = (self.touched - self.gym.now).total_seconds() if abandoned else float(seconds)
            self.active += lasted
        self.gym.later(seconds=seconds)
        self.rest = {user_id: ends for user_id, ends in self.rest.items() if ends > self.gym.now}
        if abandoned:
            self.phase = "completed"
            self.rest.clear()

    # --- what must hold ---

    @invariant()
    def the_session_is_as_the_model_says(self):
        state = self.gym.state
        assert state.phase == self.phase
        assert set(state.athletes) == set(self.sets)
        assert active_seconds(state, self.gym.now) == self.active
        for user_id, sets in self.sets.items():
            athlete = state.athletes[user_id]
            assert athlete.here is (user_id not in self.gone)
            seen = stats(state, athlete, self.gym.now)
            assert seen.sets == len(sets)
            assert seen.reps == sum(reps for _, _, reps in sets)
            assert seen.volume == sum((weight or 0) * reps for _, weight, reps in sets)
            for training in athlete.exercises:
                mine = [(weight, reps) for exercise, weight, reps in sets if exercise == training.exercise_id]
                assert [(done.weight, done.reps) for done in training.sets] == mine
                self.check_heaviest(user_id, training)

    def check_heaviest(self, user_id, training):
        """Each record of weight is heavier than everything before it, and the heaviest set is one where it should be."""
        earlier = self.gym.earlier.get(user_id, {}).get(training.exercise_id, Bests())
        best = earlier.weight or 0.0
        for done in training.sets:
            lifted = done.weight if done.weight and done.reps else 0.0
            assert any(record.kind == "maxWeight" for record in done.records) is (lifted > best)
            best = max(best, lifted)

    @invariant()
    def rests_end_when_they_should(self):
        resting = {user_id: a.rest.ends_at for user_id, a in self.gym.state.athletes.items() if a.rest}
        assert resting == self.rest
        alarms = rules.alarms(self.gym.state)
        expected = {f"rest:{user_id}": ends for user_id, ends in self.rest.items()}
        if self.phase in ("inProgress", "paused"):
            expected["abandoned"] = self.touched + ABANDONED_AFTER
        assert alarms == expected

    def teardown(self):
        """Out of the journal, or out of a snapshot, it comes back equal."""
        again = Session()
        for event in self.gym.events:
            stored = EVENTS.decode(type(event).__name__, version_of(type(event)), dump(event).decode())
            rules.evolve(again, stored)
        assert again == self.gym.state
        assert SNAPSHOTS.decode(dump(self.gym.state)) == self.gym.state
        assert Phase(self.phase) is self.gym.state.phase


TestWorkout = Workout.TestCase
TestWorkout.settings = settings(max_examples=80, stateful_step_count=60, deadline=None)
