"""A group against a simple model of it, whatever happens in whatever order."""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from persistence.codec import EventCodec, SnapshotCodec, dump, version_of
from rules import group as rules
from rules.activity.commands import DeleteActivity
from rules.group.events import EVENTS
from rules.group.state import Group
from rules.refusal import Code
from tests.rules.groups import FOUNDER, ID, Circle, submit

PEOPLE = [FOUNDER, "bob", "cleo", "dan", "eve"]
RANK = {"member": 1, "moderator": 2, "admin": 3}
SEATS = 4
EVENT_CODEC, SNAPSHOTS = EventCodec(EVENTS), SnapshotCodec(Group)

people = st.sampled_from(PEOPLE)
scores = st.integers(1, 10)


class GroupMachine(RuleBasedStateMachine):
    """The model: who has which role, who is invited and banned, who checked in with what, and when the days are over."""

    @initialize(private=st.booleans(), frequency=st.sampled_from(["daily", "weekly", "biweekly"]))
    def found(self, private, frequency):
        self.circle = Circle(is_private=private, max_members=SEATS, check_in_frequency=frequency)
        self.private = private
        self.roles = {FOUNDER: "admin"}
        self.invited: set[str] = set()
        self.banned: set[str] = set()
        self.checked: dict[str, int] = {}
        self.periods = [self.circle.state.period]

    def may_act(self, by: str, whom: str) -> bool:
        return by == whom or self.roles.get(whom, "member") == "member" or self.roles[by] == "admin"

    def admins(self) -> int:
        return list(self.roles.values()).count("admin")

    # --- membership ---

    @rule(by=people, with_code=st.booleans())
    def join(self, by, with_code):
        refusal = self.circle.do(rules.Join(ID, self.circle.state.access_code if with_code else None), by)
        if by in self.roles:
            assert refusal.code is Code.ALREADY_JOINED
        elif by in self.banned:
            assert refusal.code is Code.FORBIDDEN
        elif self.private and by not in self.invited and not with_code:
            assert refusal.code is Code.NOT_FOUND
        elif len(self.roles) >= SEATS:
            assert refusal.code is Code.CONFLICT
        else:
            assert refusal is None
            self.roles[by] = "member"
            self.invited.discard(by)

    @precondition(lambda self: len(self.roles) > 1)
    @rule(by=people)
    def leave(self, by):
        if by not in self.roles:
            return
        refusal = self.circle.do(rules.Leave(ID), by)
        if self.roles[by] == "admin" and self.admins() == 1:
            assert refusal.code is Code.CONFLICT
        else:
            assert refusal is None
            del self.roles[by]

    @rule(by=people, whom=people)
    def invite(self, by, whom):
        if by not in self.roles:
            return
        assert self.circle.do(rules.Invite(ID, [whom]), by) is None
        pardons = self.roles[by] != "member"
        if whom not in self.roles and (pardons or whom not in self.banned):
            self.invited.add(whom)
            self.banned.discard(whom)

    @rule(by=people, whom=people, ban=st.booleans())
    def remove(self, by, whom, ban):
        if RANK.get(self.roles.get(by), 0) < 2:
            return
        refusal = self.circle.do(rules.Remove(ID, whom, ban), by)
        if by == whom:
            assert refusal.code is Code.CONFLICT
        elif whom not in self.roles and whom not in self.invited:
            assert refusal.code is Code.NOT_FOUND
        elif not self.may_act(by, whom):
            assert refusal.code is Code.FORBIDDEN
        else:
            assert refusal is None
            self.roles.pop(whom, None)
            self.invited.discard(whom)
            if ban:
                self.banned.add(whom)

    @rule(by=people, whom=people, role=st.sampled_from(list(RANK)))
    def give_role(self, by, whom, role):
        if RANK.get(self.roles.get(by), 0) < 2:
            return
        refusal = self.circle.do(rules.Role(ID, whom, role), by)
        if whom not in self.roles:
            assert refusal.code is Code.NOT_FOUND
        elif self.roles[whom] == role:
            assert refusal is None
        elif not self.may_act(by, whom) or (role == "admin" and self.roles[by] != "admin"):
            assert refusal.code is Code.FORBIDDEN
        elif self.roles[whom] == "admin" and self.admins() == 1:
            assert refusal.code is Code.CONFLICT
        else:
            assert refusal is None
            self.roles[whom] = role

    # --- check-ins ---

    @rule(by=people, care=scores, private=st.booleans())
    def check_in(self, by, care, private):
        if by not in self.roles:
            return
        refusal = self.circle.do(submit(care=care, is_private=private), by)
        if by in self.checked:
            assert refusal.code is Code.DUPLICATE_CHECKIN
        else:
            assert refusal is None
            self.checked[by] = care

    @precondition(lambda self: self.checked)
    @rule(by=people, care=scores)
    def correct(self, by, care):
        if by not in self.checked:
            return
        id = self.circle.state.check_ins[by].activity_id
        refusal = self.circle.do(rules.CorrectCheckIn(activity_id=id, care=care), by)
        if by in self.roles:
            assert refusal is None
            self.checked[by] = care
        else:
            assert refusal.code is Code.WRONG_STATE

    @precondition(lambda self: self.checked)
    @rule(by=people)
    def take_back(self, by):
        if by in self.checked:
            self.circle.must(DeleteActivity(self.circle.state.check_ins[by].activity_id), by)
            del self.checked[by]

    @rule(frequency=st.sampled_from(["daily", "weekly", "biweekly"]), zone=st.sampled_from(["UTC", "Pacific/Auckland"]))
    def change_periods(self, frequency, zone):
        self.circle.must(rules.Update(group_id=ID, check_in_frequency=frequency, timezone=zone))

    @rule(hours=st.integers(1, 400))
    def pass_time(self, hours):
        self.circle.at(self.circle.now + timedelta(hours=hours))
        if self.circle.state.period != self.periods[-1]:
            began = [event.period for event in self.circle.events if type(event).__name__ == "PeriodBegan"]
            self.periods = [self.periods[0], *began]
            self.checked = {}

    # --- always ---

    @invariant()
    def it_is_what_the_model_says(self):
        state = self.circle.state
        assert {user: member.role.value for user, member in state.members.items()} == self.roles
        assert set(state.invited) == self.invited
        assert set(state.banned) == self.banned
        assert {user: check_in.care for user, check_in in state.check_ins.items()} == self.checked
        assert self.admins() >= 1
        assert not self.roles.keys() & (self.invited | self.banned)

    @invariant()
    def no_day_is_in_two_periods_and_now_is_in_the_last(self):
        assert all(later.first > earlier.last for earlier, later in zip(self.periods, self.periods[1:], strict=False))
        assert self.circle.state.period.begins_at <= self.circle.now < self.circle.state.period.ends_at

    def teardown(self):
        """Replay, through the journal's encoding, and a snapshot come back equal."""
        if not hasattr(self, "circle"):
            return
        again = Group()
        for event in self.circle.events:
            name = type(event).__name__
            rules.evolve(again, EVENT_CODEC.decode(name, version_of(type(event)), dump(event).decode()))
        assert again == self.circle.state
        assert list(again.members) == list(self.circle.state.members)
        assert SNAPSHOTS.decode(dump(again)) == again


GroupMachine.TestCase.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
TestGroup = GroupMachine.TestCase
