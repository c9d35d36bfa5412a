"""Friends and blocks.

A request or block passes through the sender's actor on its way to the other's, which decides and tells back. All else each
side decides alone, and tells the other.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from actors.messages import Address, Outcome
from actors.user.news import push_to
from actors.user.part import Part, Turn
from rules.activity.found import named_fact, steps_of
from rules.changes import RelationChanged
from rules.post.commands import Create as WritePost
from rules.refusal import Code, Refusal
from rules.social import decide as social
from rules.social import news
from rules.social.commands import AcceptFriend, BlockUser, DeclineFriend, RemoveFriend, RequestFriend, UnblockUser
from rules.social.events import FriendRequestSent, FriendshipMade, FriendsParted, UnblockedByUser, UserBlocked
from rules.social.state import friends_of, status
from rules.tells.social import Befriended, BlockLifted, BlockNoted, Parted, RequestNoted
from rules.user import views

if TYPE_CHECKING:
    from actors.messages import Command, Tell
    from actors.user.actor import UserActor
    from rules.ids import UserId
    from rules.social.events import Event

_NO_ACTIVITY = Refusal(Code.NOT_FOUND, "you have no such activity: check activityId, or leave it out")


# --- commands that go on to the other one's actor ---


def _request(actor: UserActor, wanted: RequestFriend, command: Command) -> Outcome:
    user, asker = actor.state, command.by.user_id
    if asker == actor.id:
        return Outcome(social.may_ask(user.social, actor.id, wanted.user_id))
    assert command.known is not None
    decision = social.ask(user.social, asker, command.known.name, command.at)
    if isinstance(decision, Refusal):
        return Outcome(decision)
    outcome = actor.record(decision, command.at)
    friends = asker in friends_of(user)
    if friends and decision:
        _tell(outcome, asker, Befriended(actor.id, user.display_name, asked=True))
    elif decision or not friends:
        _tell(outcome, asker, RequestNoted(actor.id, heard=bool(decision)))
    outcome.reply = {"userId": actor.id, "status": "friends" if friends else "requested"}
    return outcome


def _block(actor: UserActor, wanted: BlockUser, command: Command) -> Outcome:
    user, blocker = actor.state, command.by.user_id
    if blocker == actor.id:
        return Outcome(social.may_block(user.social, actor.id, wanted.user_id))
    outcome = actor.record(social.block(user.social, blocker, command.at), command.at)
    _tell(outcome, blocker, BlockNoted(actor.id))
    outcome.reply = {"userId": actor.id, "status": "blocked"}
    return outcome


# --- commands of which this side has a say only ---


def _write(actor: UserActor, wanted: WritePost, command: Command) -> Outcome:
    """An activity that it is about has to be there; of a workout, the session's id will do."""
    said, user = wanted.activity_id, actor.state
    if said is None or steps_of(user, said) is not None:
        return Outcome()
    fact = named_fact(user, said)
    if fact is None:
        return Outcome(_NO_ACTIVITY)
    return Outcome(forward=command.onward, known=replace(actor.known(), fact=fact))


# --- commands that this side decides alone ---


def _accept(actor: UserActor, wanted: AcceptFriend, command: Command) -> Outcome:
    asker = wanted.user_id
    outcome = _alone(actor, asker, social.accept(actor.state.social, asker, command.at), command)
    if outcome.events:
        _tell(outcome, asker, Befriended(actor.id, actor.state.display_name, asked=False))
        _introduce(actor, outcome, asker)
    return outcome


def _decline(actor: UserActor, wanted: DeclineFriend, command: Command) -> Outcome:
    decision = social.decline(actor.state.social, wanted.user_id, command.at)
    return _alone(actor, wanted.user_id, decision, command, Parted(actor.id))


def _remove(actor: UserActor, wanted: RemoveFriend, command: Command) -> Outcome:
    decision = social.remove(actor.state.social, wanted.user_id, command.at)
    return _alone(actor, wanted.user_id, decision, command, Parted(actor.id))


def _unblock(actor: UserActor, wanted: UnblockUser, command: Command) -> Outcome:
    decision = social.unblock(actor.state.social, wanted.user_id, command.at)
    return _alone(actor, wanted.user_id, decision, command, BlockLifted(actor.id))


def _alone(
    actor: UserActor, other: UserId, decision: list[Event] | Refusal, command: Command, told: object = None
) -> Outcome:
    if isinstance(decision, Refusal):
        return Outcome(decision)
    outcome = actor.record(decision, command.at)
    if decision and told is not None:
        _tell(outcome, other, told)
    assert actor.state.social is not None
    outcome.reply = {"userId": other, "status": status(actor.state.social, other)}
    return outcome


# --- what the other one's actor tells ---


def _request_noted(actor: UserActor, told: RequestNoted, tell: Tell) -> Outcome:
    known, other = actor.state.social, told.by
    if known is not None and any(other in each for each in (known.sent, known.friends, known.blocked)):
        return Outcome()
    outcome = actor.record([FriendRequestSent(tell.at, other)], tell.at)
    if told.heard:
        push_to(actor, outcome, other, "friend:requested", {"user": dict(views.public(actor.state))})
    return outcome


def _befriended(actor: UserActor, told: Befriended, tell: Tell) -> Outcome:
    known, other = actor.state.social, told.by
    if known is None or not (other in known.sent or other in known.received):
        # what it answers was taken back meanwhile
        return Outcome(tells=[(Address("user", other), Parted(actor.id))])
    outcome = actor.record([FriendshipMade(tell.at, other, told.name, accepted=not told.asked)], tell.at)
    if told.asked:  # this user has said yes by asking
        _introduce(actor, outcome, other)
    elif _shown(actor).get("presence") == "online":
        push_to(actor, outcome, other, "friend:online", {"userId": actor.id}, ephemeral=True)
    return outcome


def _parted(actor: UserActor, told: Parted, tell: Tell) -> Outcome:
    known, other = actor.state.social, told.by
    if known is None or not any(other in each for each in (known.friends, known.sent, known.received)):
        return Outcome()
    return actor.record([FriendsParted(tell.at, other)], tell.at)


def _block_noted(actor: UserActor, told: BlockNoted, tell: Tell) -> Outcome:
    known = actor.state.social
    if known is not None and told.by in known.blocked:
        return Outcome()
    return actor.record([UserBlocked(tell.at, told.by)], tell.at)


def _block_lifted(actor: UserActor, told: BlockLifted, tell: Tell) -> Outcome:
    return actor.record([UnblockedByUser(tell.at, told.by)], tell.at)


# --- the rest ---


def _relation_changed(actor: UserActor, change: RelationChanged, turn: Turn) -> None:  # noqa: ARG001
    turn.outcome.touched.add(("relation", change.user_id))


def _tell(outcome: Outcome, other: UserId, message: object) -> None:
    outcome.tells.append((Address("user", other), message))


def _introduce(actor: UserActor, outcome: Outcome, friend: UserId) -> None:
    """Who this new friend is comes before what friends hear of them, such as a badge that the friendship brought."""
    first = Outcome()
    push_to(actor, first, friend, "friend:accepted", {"user": _shown(actor)})
    outcome.effects[:0] = first.effects


def _shown(actor: UserActor) -> dict[str, Any]:
    """This user as a friend sees them."""
    shown: dict[str, Any] = dict(views.public(actor.state))
    if news.friends_hear(actor.state.preferences, "presence"):
        shown["presence"] = actor.deps.audience.presence(actor.id)
    return shown


PART = Part(
    commands={
        RequestFriend: _request,
        AcceptFriend: _accept,
        DeclineFriend: _decline,
        RemoveFriend: _remove,
        BlockUser: _block,
        UnblockUser: _unblock,
        WritePost: _write,
    },
    tells={
        RequestNoted: _request_noted,
        Befriended: _befriended,
        Parted: _parted,
        BlockNoted: _block_noted,
        BlockLifted: _block_lifted,
    },
    reactions={RelationChanged: _relation_changed},
)
