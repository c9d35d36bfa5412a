"""The actor that owns one post.

Hears:   commands and reads, each by way of its sender's own actor, who says whom they know and whom they block.
Pushes:  to the author's friends that it is there, and to the author what others make of it; all on `user:<id>`.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from actors.messages import Address, Caller, Command, Due, Outcome, Permission, Push, Tell, Tick
from actors.runtime import JournalledActor
from rules import post as rules
from rules.asked import Asked
from rules.ids import UserId
from rules.known import Known
from rules.notices.texts import NoticeType, shortened
from rules.post.events import PostCommented, PostDeleted, PostLiked, PostUnliked
from rules.post.views import comment_view, comments_view, post_view
from rules.refusal import Refusal
from rules.tells.notice import NoticeTold

_SIGNED_IN = frozenset({Permission.USER})
_VIEWER = _SIGNED_IN | {Permission.VIEWER}
_AUTHOR = _VIEWER | {Permission.AUTHOR}


class PostActor(JournalledActor):
    __slots__ = ()

    kind: ClassVar[str] = "post"
    state: rules.Post

    def blank(self) -> rules.Post:
        return rules.Post()

    @property
    def exists(self) -> bool:
        return self.state.id != ""

    def evolve(self, event: rules.Event) -> None:
        rules.evolve(self.state, event)

    def standing(self, caller: Caller, known: Known | None = None) -> frozenset[Permission]:
        if not self.exists:
            return _SIGNED_IN
        if caller.user_id == self.state.user_id:
            return _AUTHOR
        shown = caller.role == "admin" or rules.is_shown_to(self.state, caller.user_id, known)
        return _VIEWER if shown else _SIGNED_IN

    # --- messages ---

    def on_command(self, command: Command) -> Outcome:
        known = command.known
        assert known is not None  # all of them come by way of their sender's actor
        asked = Asked(command.at, command.by.device, self.deps.rules.at(command.at), self.deps.ids.new)
        match command.command:
            case rules.Create() as create:
                return self._create(create, known, asked)
            case rules.Get():
                return Outcome(dict(post_view(self.state, known.user_id, known.blocked)))
            case rules.Comments():
                return Outcome(dict(comments_view(self.state, known.blocked)))
            case wanted:
                decision = rules.decide(self.state, wanted, known, asked)
                return Outcome(decision) if isinstance(decision, Refusal) else self._change(decision, known)

    def on_tell(self, tell: Tell) -> Outcome:
        raise LookupError(f"nobody tells a post anything: {tell}")

    def on_due(self, due: Due) -> Outcome:
        raise LookupError(f"a post waits for nothing: {due}")

    def on_tick(self, tick: Tick) -> Outcome:
        raise LookupError(f"a post waits for nothing: {tick}")

    # --- changes ---

    def _create(self, create: rules.Create, known: Known, asked: Asked) -> Outcome:
        decision = rules.create(self.id, self.state, create, known, asked)
        if isinstance(decision, Refusal):
            return Outcome(decision)
        outcome = self._change(decision, known)
        if self.state.visibility != "private":
            new = {"post": post_view(self.state)}
            for friend in known.friends:
                self._push(outcome, friend, "activity:new", new)
        return outcome

    def _change(self, events: Sequence[rules.Event], by: Known) -> Outcome:
        outcome = Outcome()
        for event in events:
            if isinstance(event, PostDeleted):
                outcome.touched |= rules.keys(self.state)
            self.evolve(event)
            outcome.events.append(event)
            outcome.touched |= _touched(event)
            self._tell_author(event, by, outcome)
        outcome.reply = self._reply(events, by)
        return outcome

    def _tell_author(self, event: rules.Event, by: Known, outcome: Outcome) -> None:
        post = self.state
        if by.user_id == post.user_id:
            return
        if isinstance(event, PostLiked):
            liked = {"postId": post.id, "userId": by.user_id, "name": by.name, "likes": len(post.likes)}
            self._push(outcome, post.user_id, "like:received", liked)
            words = {"postId": post.id, "userId": by.user_id, "name": by.name}
            self._notify(outcome, NoticeTold(NoticeType.POST_LIKED.value, f"{post.id}:{by.user_id}", words))
        elif isinstance(event, PostCommented):
            comment = comment_view(post, post.comments[event.comment_id])
            self._push(outcome, post.user_id, "comment:received", {"comment": comment})
            words = {"postId": post.id, "commentId": event.comment_id, "userId": by.user_id, "name": by.name}
            words["text"] = shortened(comment["text"])
            self._notify(outcome, NoticeTold(NoticeType.POST_COMMENTED.value, event.comment_id, words))

    def _notify(self, outcome: Outcome, told: NoticeTold) -> None:
        outcome.tells.append((Address("user", self.state.user_id), told))

    def _reply(self, events: Sequence[rules.Event], by: Known) -> dict[str, Any]:
        match events:
            case [PostCommented() as event]:
                return dict(comment_view(self.state, self.state.comments[event.comment_id]))
            case [PostDeleted()]:
                return {}
            case _:
                return dict(post_view(self.state, by.user_id, by.blocked))

    def _push(self, outcome: Outcome, user_id: UserId, type: str, data: dict[str, Any]) -> None:
        topic = f"user:{user_id}"
        if self.deps.audience.is_watched(topic):
            outcome.effects.append(Push(topic, type, data))


def _touched(event: rules.Event) -> set[Any]:
    match event:
        case PostLiked(user_id=user_id) | PostUnliked(user_id=user_id):
            return {"post", ("like", user_id)}
        case PostCommented(comment_id=comment_id):
            return {"post", ("comment", comment_id)}
        case _:
            return {"post"}
