"""A post under any commands in any order, against sets of who likes it and what was said."""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from persistence.codec import EventCodec, SnapshotCodec, dump
from rules import post
from rules.asked import Asked
from rules.known import Known
from rules.post.views import comments_view, post_view
from rules.refusal import Refusal
from tests.actors.world import NOON
from tests.rules.rule_sets import DEFAULT

PEOPLE = ["ann", "bob", "cat"]
SNAPSHOTS, EVENTS = SnapshotCodec(post.Post), EventCodec(post.EVENTS)
one_of_them = st.sampled_from(PEOPLE)
words = st.text(min_size=1, max_size=5)


class Posted(RuleBasedStateMachine):
    """Ann's."""

    def __init__(self) -> None:
        super().__init__()
        self.post = post.Post()
        self.events: list[Any] = []
        self.ids = 0
        self.text: str | None = None
        self.visibility = ""
        self.likes: set[str] = set()
        self.said: list[tuple[str, str]] = []

    def asked(self) -> Asked:
        return Asked(NOON, "phone", DEFAULT, self.new_id)

    def new_id(self) -> str:
        self.ids += 1
        return f"id-{self.ids}"

    def let(self, decision: Any) -> None:
        assert not isinstance(decision, Refusal), decision
        for event in decision:
            stored = EVENTS.decode(type(event).__name__, 1, dump(event).decode())
            assert stored == event
            post.evolve(self.post, event)
            self.events.append(event)

    def say(self, by: str, command: Any) -> None:
        self.let(post.decide(self.post, command, Known(by, by.title(), "UTC"), self.asked()))

    @rule(text=words, visibility=st.sampled_from(["public", "friends", "private"]))
    def create(self, text: str, visibility: Any) -> None:
        made = post.create(
            "p", self.post, post.Create(text, visibility=visibility), Known("ann", "Ann", "UTC"), self.asked()
        )
        if self.text is not None:
            assert isinstance(made, Refusal)
            return
        self.let(made)
        self.text, self.visibility = text, visibility

    @rule(by=one_of_them)
    def like(self, by: str) -> None:
        if self.text is not None:
            self.say(by, post.Like("p"))
            self.likes.add(by)

    @rule(by=one_of_them)
    def unlike(self, by: str) -> None:
        if self.text is not None:
            self.say(by, post.Unlike("p"))
            self.likes.discard(by)

    @rule(by=one_of_them, text=words)
    def comment(self, by: str, text: str) -> None:
        if self.text is not None:
            self.say(by, post.Comment("p", text))
            self.said.append((by, text))

    @rule(text=words)
    def edit(self, text: str) -> None:
        if self.text is not None:
            self.say("ann", post.Edit("p", text=text))
            self.text = text

    @rule()
    def delete(self) -> None:
        if self.text is not None:
            self.say("ann", post.Delete("p"))
            self.text, self.likes, self.said = None, set(), []

    @invariant()
    def it_is_what_was_said(self) -> None:
        if self.text is None:
            assert self.post == post.Post()
            assert post.keys(self.post) == frozenset()
            return
        for person in PEOPLE:
            shown = post_view(self.post, person)
            assert (shown["text"], shown["visibility"]) == (self.text, self.visibility)
            assert (shown["likes"], shown["comments"]) == (len(self.likes), len(self.said))
            assert shown["likedByMe"] == (person in self.likes)
            read = comments_view(self.post, frozenset({person}))["comments"]
            assert [(each["userId"], each["text"]) for each in read] == [
                (by, text) for by, text in self.said if by != person
            ]
        assert len(post.keys(self.post)) == 1 + len(self.likes) + len(self.said)

    @invariant()
    def replay_and_snapshot_are_equal(self) -> None:
        again = post.Post()
        for event in self.events:
            post.evolve(again, event)
        assert again == self.post == SNAPSHOTS.decode(dump(self.post))


Posted.TestCase.settings = settings(max_examples=80, stateful_step_count=30, deadline=None)
TestPosted = Posted.TestCase
