"""`gauntlet serve` with a bug in it: a challenge that is to announce "boom" breaks half way through."""

from actors.challenge import ChallengeActor
from actors.messages import Command, Outcome
from gateway.cli import main
from rules.challenge.commands import Announce

_on_command = ChallengeActor.on_command


def _breaks(actor: ChallengeActor, command: Command) -> Outcome:
    if isinstance(command.command, Announce) and command.command.text == "boom":
        actor.state.participants.clear()  # half done: must leave no trace
        raise RuntimeError("boom")
    return _on_command(actor, command)


if __name__ == "__main__":
    ChallengeActor.on_command = _breaks  # type: ignore[method-assign]
    raise SystemExit(main(["serve"]))
