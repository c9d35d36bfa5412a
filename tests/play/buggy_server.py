"""`gauntlet serve` with a bug in every kind of actor that people share: whoever is to say "boom" breaks it half way through."""

from collections.abc import Callable
from typing import Any

from actors.challenge import ChallengeActor
from actors.group import GroupActor
from actors.messages import Command, Outcome
from actors.post import PostActor
from actors.session import SessionActor
from gateway.cli import main
from rules import challenge, group, post, session


def breaks(actor_type: Any, words: Callable[[Any], str | None], half_done: Callable[[Any], object]) -> None:
    """What is half done must leave no trace."""
    on_command = actor_type.on_command

    def broken(actor: Any, command: Command) -> Outcome:
        if words(command.command) == "boom":
            half_done(actor.state)
            raise RuntimeError("boom")
        outcome: Outcome = on_command(actor, command)
        return outcome

    actor_type.on_command = broken


if __name__ == "__main__":
    breaks(
        ChallengeActor,
        lambda command: command.text if isinstance(command, challenge.Announce) else None,
        lambda state: state.participants.clear(),
    )
    breaks(
        GroupActor,
        lambda command: command.text if isinstance(command, group.Post) else None,
        lambda state: state.members.clear(),
    )
    breaks(
        SessionActor,
        lambda command: command.notes if isinstance(command, session.CompleteSet) else None,
        lambda state: state.athletes.clear(),
    )
    breaks(
        PostActor,
        lambda command: command.text if isinstance(command, post.Comment) else None,
        lambda state: state.likes.clear(),
    )
    raise SystemExit(main(["serve"]))
