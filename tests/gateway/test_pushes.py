"""The table of pushes against what the actors send."""

import re
from pathlib import Path

from gateway.pushes import PUSHES

ACTORS = Path(__file__).parent.parent.parent / "actors"


def test_every_push_that_an_actor_names_is_in_the_table() -> None:
    named = {
        name
        for path in ACTORS.glob("*.py")
        for name in re.findall(r'"((?:stats|xp|level|badge|challenge):[a-z]+)"', path.read_text())
    }

    assert named
    assert named <= set(PUSHES)


def test_the_keys_are_the_types() -> None:
    assert all(name == push.type for name, push in PUSHES.items())
