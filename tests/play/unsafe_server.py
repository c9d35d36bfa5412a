"""The control: the same server, but replies leave when a command is staged rather than when it is committed.

Run as a program, like `gauntlet serve`. The kill test must find it out.
"""

from dataclasses import replace
from typing import Any

from actors.messages import Command, Message, Outcome
from actors.stage import Stage
from gateway.cli import main

_add = Stage.add


def _hasty(stage: Stage, cell: Any, message: Message, outcome: Outcome, *key: Any) -> None:
    if isinstance(message, Command):
        message.reply(outcome.reply if outcome.reply is not None else {})
        message = replace(message, reply=_nobody)
    _add(stage, cell, message, outcome, *key)


def _nobody(_: Any) -> None:
    """The reply is out already."""


if __name__ == "__main__":
    Stage.add = _hasty  # type: ignore[method-assign]
    raise SystemExit(main(["serve"]))
